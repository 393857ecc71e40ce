"""What the decisions of reviewers say, on the terminal and as JSON."""

from collections.abc import Mapping
from dataclasses import asdict

from rich.console import Console
from rich.table import Table

from pipeline.dataset.folder import DatasetFolder
from pipeline.evaluation.annotators import Agreement
from pipeline.evaluation.numbers import number
from pipeline.reviews.accuracy import Accuracy, Rate
from pipeline.reviews.assessment import Assessment, assess
from pipeline.reviews.effort import Effort

BIASED = (
    "These rows were chosen by doubt or by a person, not drawn at random: their accuracy says "
    "nothing of the whole dataset. Audit a random sample for that."
)


def show_agreement(folder: DatasetFolder, console: Console, *, as_json: bool) -> None:
    """Print how far reviewers agree, how often the machine is right, and what it took.

    Raises:
        stages.faults.SetupError: nobody decided anything, or a file cannot be read.
    """
    found = assess(folder)
    if as_json:
        console.print_json(data={**asdict(found), "reviewed_note": BIASED})
        return
    _show_states(console, found.states)
    _show_between(console, found.agreement)
    _show_accuracy(console, "audited, drawn at random", found.audited)
    _show_accuracy(console, "all reviewed rows", found.reviewed)
    console.print(BIASED, style="yellow", markup=False, soft_wrap=True)
    console.print()
    _show_efforts(console, found)


def _table(*heads: str) -> Table:
    return Table(*heads, box=None, padding=(0, 2, 0, 0), header_style="dim")


def _show_states(console: Console, states: Mapping[str, int]) -> None:
    told = ", ".join(f"{count} {state}" for state, count in states.items() if count)
    console.print(f"rows: {told}\n", markup=False, soft_wrap=True)


def _show_between(console: Console, found: Agreement) -> None:
    if not found.units:
        console.print("no row was decided blind by two reviewers\n", soft_wrap=True)
        return
    table = _table(f"{found.units} rows that two or more decided blind", "")
    table.add_row("Krippendorff's alpha, families", number(found.alpha_family, 1))
    table.add_row("Krippendorff's alpha, sets of labels (MASI)", number(found.alpha_labels, 1))
    for pair in found.kappas:
        table.add_row(f"Cohen's kappa, {pair.one} and {pair.other}", number(pair.kappa, 1))
    console.print(table, markup=False)
    console.print()


def _show_accuracy(console: Console, title: str, found: Accuracy) -> None:
    table = _table(f"the machine's labels: {title}", "right", "", "95 % interval")
    table.add_row("first label", *_rated(found.first_label))
    for family, rate in found.by_family.items():
        table.add_row(f"  of {family}", *_rated(rate))
    table.add_row("no label, and people name none", *_rated(found.abstained))
    console.print(table, markup=False)
    if found.not_judged:
        told = ", ".join(f"{count} {state}" for state, count in found.not_judged.items())
        console.print(f"not judged: {told}", markup=False, soft_wrap=True)
    console.print()


def _rated(rate: Rate) -> tuple[str, str, str]:
    if rate.low is None or rate.high is None:
        return "–", "", ""
    share = f"{100 * rate.right / rate.of:.0f} %"
    return share, f"{rate.right} of {rate.of}", f"{100 * rate.low:.0f} to {100 * rate.high:.0f} %"


def _show_efforts(console: Console, found: Assessment) -> None:
    table = _table("time", "decisions", "rows", "in all", "median a row")
    for name, effort in found.efforts.items():
        table.add_row(name, *_timed(effort))
    if len(found.efforts) > 1:
        table.add_row("all", *_timed(found.effort))
    console.print(table, markup=False)


def _timed(effort: Effort) -> tuple[str, str, str, str]:
    median = "–" if effort.median_s is None else f"{effort.median_s:.0f} s"
    return str(effort.decisions), str(effort.units), f"{effort.seconds / 60:.0f} min", median
