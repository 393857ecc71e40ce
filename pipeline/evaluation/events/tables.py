"""The scores of events as a person reads them, the same on the terminal and on the page."""

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.evaluation.events.film import BLINK
from pipeline.evaluation.events.matching import LEAST_BLINK_IOU, LEAST_IOU, MOST_BLINK_FRAMES
from pipeline.evaluation.events.placing import NEAR_FRAMES
from pipeline.evaluation.events.rates import Spotted
from pipeline.evaluation.events.scoring import NOT_COMPARABLE, EventScores
from pipeline.evaluation.intervals import Estimate
from pipeline.evaluation.numbers import interval, number

_MOST_NAMES = 5
_COUNTED = ("true", "found", "false", "precision", "recall", "F1", "95 %")


@dataclass(frozen=True)
class TextTable:
    """A table of cells."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class EventTables:
    """Sentences to be read first, and tables; one without rows is left out."""

    sentences: tuple[str, ...]
    tables: tuple[TextTable, ...]


def event_tables(scores: EventScores) -> EventTables:
    """Everything that is said of events."""
    tables = (_scores(scores), _conditions(scores), _placed(scores))
    return EventTables(tuple(_sentences(scores)), tuple(one for one in tables if one.rows))


def _scores(scores: EventScores) -> TextTable:
    kinds = {f"{kind}-expressions": found for kind, found in scores.by_kind.items()}
    blinks = kinds.pop(f"{BLINK}-expressions")
    kinds |= {
        "both, counts summed as in MEGC": scores.kinds_summed,
        "both, whatever the kind": scores.whatever_kind,
        f"blinks (overlap {LEAST_BLINK_IOU}, or apex within {MOST_BLINK_FRAMES} frames)": blinks,
    }
    return TextTable(
        f"facial events, 0 to 1 (overlap {LEAST_IOU})",
        ("kind", *_COUNTED),
        tuple((name, *_cells(found)) for name, found in kinds.items()),
    )


def _conditions(scores: EventScores) -> TextTable:
    return TextTable(
        "expressions by what else goes on",
        ("kind", "condition", "value", *_COUNTED),
        tuple((one.kind, one.column, one.value, *_cells(one.spotted)) for one in scores.conditions),
    )


def _placed(scores: EventScores) -> TextTable:
    return TextTable(
        "found events, how far off in time",
        ("kind", "point", "events", "median, frames", f"within {NEAR_FRAMES} frames", "95 %"),
        tuple(
            (one.kind, one.point, f"{one.events:,}", f"{one.median_frames:.1f}", *_both(one.near))
            for one in scores.placed
        ),
    )


def _sentences(scores: EventScores) -> Iterator[str]:
    yield NOT_COMPARABLE
    searched = scores.videos - len(scores.unsearched)
    yield f"{searched} of {scores.videos} videos were searched, {scores.minutes:.1f} minutes."
    if scores.unsearched:
        names = ", ".join(scores.unsearched[:_MOST_NAMES])
        others = len(scores.unsearched) - _MOST_NAMES
        more = f" and {others} more" if others > 0 else ""
        yield f"All events count as missed of what was not searched: {names}{more}."
    yield f"False micro-expressions a minute: {_told(scores.false_a_minute)}."
    yield _quiet(scores)
    if scores.kind_right is not None:
        yield f"Of the expressions found, the kind is right of {_told(scores.kind_right)}."
        yield (
            f"Action units are named for {_told(scores.units.named)}; true and named ones agree by "
            f"{_told(scores.units.jaccard)} (mean Jaccard), and at least one is right of "
            f"{_told(scores.units.any)}."
        )
    if scores.excused:
        yield f"Not counted: {scores.excused} that match an expression out of view."


def _quiet(scores: EventScores) -> str:
    micro, macro = scores.quiet["micro"], scores.quiet["macro"]
    if not micro.videos:
        return (
            "No video that was searched is without an expression: `microemo synthesize "
            "--no-expressions` makes such ones."
        )
    return (
        f"In the {micro.videos} videos without an expression ({micro.minutes:.1f} minutes), false "
        f"micro-expressions a minute: {_told(micro.a_minute)}; macro-expressions: "
        f"{_told(macro.a_minute)}."
    )


def _cells(found: Spotted) -> tuple[str, ...]:
    precision, recall = _both(found.precision)[0], _both(found.recall)[0]
    counts = (f"{count:,}" for count in (found.true, found.found, found.false))
    return (*counts, precision, recall, *_both(found.f1))


def _both(estimate: Estimate | None) -> tuple[str, str]:
    """The value and its interval."""
    if estimate is None:
        return "–", ""
    return number(estimate.value, 1), interval(estimate, 1)


def _told(estimate: Estimate | None) -> str:
    value, ends = _both(estimate)
    return f"{value} ({ends})" if ends else value
