"""A verdict on the terminal."""

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table

from pipeline.evaluation.annotators import Agreement
from pipeline.evaluation.events.scoring import EventScores
from pipeline.evaluation.events.tables import event_tables
from pipeline.evaluation.intervals import Estimate
from pipeline.evaluation.numbers import interval, number, share
from pipeline.evaluation.scoring import Part, Scored
from pipeline.evaluation.sureness import Sureness
from pipeline.evaluation.verdict import Counts, Verdict

_MOST_NAMES = 5


def show(console: Console, verdict: Verdict) -> None:
    """Print the verdict: what a reader must know first, then scores, then what was not scored."""
    for caution in verdict.cautions:
        console.print(caution, style="yellow", markup=False, soft_wrap=True)
    for notice in verdict.notices:
        console.print(f"note: {notice}", markup=False, soft_wrap=True)
    console.print(f"{verdict.predictions} by {verdict.truth}", markup=False, soft_wrap=True)
    _show_counts(console, verdict)
    _show_scores(console, f"labels, 0 to 100 ({verdict.wheels})", verdict.scores, 100)
    _show_parts(console, verdict.parts)
    if verdict.sureness is None:
        console.print("no confidences that can be judged")
    else:
        _show_sureness(console, verdict.sureness)
    if verdict.agreement is not None:
        _show_agreement(console, verdict.agreement)
    if verdict.events is not None:
        show_events(console, verdict.events)
    _show_unmatched(console, verdict.counts)


def show_events(console: Console, scores: EventScores) -> None:
    """Print how well facial events were spotted."""
    told = event_tables(scores)
    for found in told.tables:
        table = _table(found.title, *found.heads[1:])
        for row in found.rows:
            table.add_row(*row)
        console.print(table, markup=False)
        console.print()
    for sentence in told.sentences:
        console.print(sentence, markup=False, soft_wrap=True)
    console.print()


def _table(*heads: str) -> Table:
    return Table(*heads, box=None, padding=(0, 2, 0, 0), header_style="dim")


def _show_counts(console: Console, verdict: Verdict) -> None:
    counts, use = verdict.counts, verdict.label_use
    console.print(
        f"{counts.rows} rows of {counts.videos} videos, {len(counts.missing)} without prediction, "
        f"{counts.abstained} abstained; {use.mean_predicted:.1f} labels a row where the truth has "
        f"{use.mean_true:.1f}; {share(use.coverage)} of rows with a label on the wheels, "
        f"{share(use.off_wheels_predicted)} of labels off them\n",
        soft_wrap=True,
    )
    if counts.untold:
        console.print(
            f"abstained on {counts.untold_abstained} of {counts.untold} rows where nothing can be "
            "told; no score of labels counts these\n",
            soft_wrap=True,
        )


def _show_scores(console: Console, title: str, scores: Iterable[Scored], most: float) -> None:
    table = _table(title, "", "95 % interval")
    for score in scores:
        table.add_row(score.name, *_measured(score.estimate, most))
    console.print(table, markup=False)
    console.print()


def _measured(estimate: Estimate, most: float) -> tuple[str, str]:
    return number(estimate.value, most), interval(estimate, most)


def _show_parts(console: Console, parts: Sequence[Part]) -> None:
    if not parts:
        return
    table = _table("by how it can be told", "", "rows", "wheel F", "", "hit rate", "")
    column = None
    for part in parts:
        hit = ("–", "") if part.basic is None else _measured(part.basic, 100)
        table.add_row(
            "" if part.column == column else part.column,
            part.value,
            str(part.rows),
            *_measured(part.wheel_f, 100),
            *hit,
        )
        column = part.column
    console.print(table, markup=False)
    console.print()


def _show_sureness(console: Console, found: Sureness) -> None:
    _show_scores(console, "confidence, 0 to 1, less is better", found.scores, 1)
    if found.held_out_error is not None:
        left = number(found.held_out_error, 1)
        console.print(f"a fit on other videos would leave a calibration error of {left}\n")
    table = _table("at most wrong", "rows that can be kept", "confidence from")
    for budget in found.budgets:
        point = budget.point
        kept = "nothing" if point is None else share(point.coverage)
        threshold = None if point is None else point.threshold
        table.add_row(share(budget.risk), kept, number(threshold, 1))
    console.print(table, markup=False)
    console.print()


def _show_agreement(console: Console, found: Agreement) -> None:
    table = _table(f"agreement of {len(found.annotators)} annotators, {found.units} rows", "")
    table.add_row("Krippendorff's alpha, families", number(found.alpha_family, 1))
    table.add_row("Krippendorff's alpha, sets of labels (MASI)", number(found.alpha_labels, 1))
    console.print(table, markup=False)
    for pair in found.kappas:
        told = f"Cohen's kappa {number(pair.kappa, 1)}: {pair.one} and {pair.other}"
        console.print(told, markup=False, soft_wrap=True)
    console.print()


def _show_unmatched(console: Console, counts: Counts) -> None:
    kinds = (
        ("without a prediction", counts.missing),
        ("predicted, but not in the truth", counts.unscored),
        ("not annotated by the run", counts.failed),
    )
    for title, names in kinds:
        if names:
            more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
            shown = ", ".join(names[:_MOST_NAMES])
            console.print(f"{title}: {shown}{more}", markup=False, soft_wrap=True)
