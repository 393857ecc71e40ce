"""The table of an ablation: what each arm scores, with intervals."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.evaluation.groups import family_groups
from pipeline.evaluation.intervals import Estimate, Resamples
from pipeline.evaluation.overlaps import Overlaps
from pipeline.evaluation.set_scores import set_scores

_SEED = 0  # of the intervals
_WHOLE = "full"
_PARTS: Mapping[str, Callable[[Mapping[str, Any]], bool]] = {
    "all": lambda pair: bool(pair["true"]),
    "an open expression alone tells": lambda pair: pair["told_by"] == "macro",
    "a micro-expression alone tells": lambda pair: pair["told_by"] == "micro",
    "context decides": lambda pair: pair["told_by"] == "context",
}


@dataclass(frozen=True)
class Run:
    """A training of one arm from one seed.

    Attributes:
        pairs: of each held-out utterance `video`, `true` and `said` labels, and `told_by`.
    """

    arm: str
    seed: int
    pairs: Sequence[Mapping[str, Any]]


def table(runs: Sequence[Run]) -> str:
    """Markdown: set averages over families, 0..100, mean of the seeds and 95 % interval; and how
    much less than the whole model's that is.

    Intervals come from drawing videos, the same for all seeds of an arm.
    """
    arms = dict.fromkeys(run.arm for run in runs)
    counts = {name: _utterances(runs[0], is_in) for name, is_in in _PARTS.items()}
    lines = [
        f"| | {' | '.join(f'{name} (n {count})' for name, count in counts.items())} "
        f"| all, less than {_WHOLE} | seeds |",
        f"|---|{'---|' * (len(_PARTS) + 2)}",
    ]
    whole = [run for run in runs if run.arm == _WHOLE]
    for arm in arms:
        own = [run for run in runs if run.arm == arm]
        cells = [_told(_score(own, is_in)) for is_in in _PARTS.values()]
        less = "" if arm == _WHOLE else _told(_less(own, whole))
        lines.append(f"| {arm} | {' | '.join(cells)} | {less} | {len(own)} |")
    return "\n".join(lines) + "\n"


def _utterances(run: Run, is_in: Callable[[Mapping[str, Any]], bool]) -> int:
    return sum(bool(pair["true"]) and is_in(pair) for pair in run.pairs)


def _score(runs: Sequence[Run], is_in: Callable[[Mapping[str, Any]], bool]) -> Estimate | None:
    """None where no utterance is of the kind."""
    pairs = _pairs(runs, is_in)
    if not pairs:
        return None
    overlaps = _overlaps(pairs)
    videos = [pair["video"] for pair in pairs]
    return Resamples(videos, _SEED).estimate(lambda w: set_scores(overlaps, w).average, videos)


def _less(own: Sequence[Run], whole: Sequence[Run]) -> Estimate | None:
    """How much lower an arm scores than the whole model, from the same seeds on the same draws."""
    seeds = {run.seed for run in own} & {run.seed for run in whole}
    mine, theirs = (
        _pairs(sorted((run for run in runs if run.seed in seeds), key=lambda run: run.seed), bool)
        for runs in (own, whole)
    )
    videos = [pair["video"] for pair in mine]
    if not mine or videos != [pair["video"] for pair in theirs]:
        return None
    less, more = _overlaps(mine), _overlaps(theirs)
    return Resamples(videos, _SEED).estimate(
        lambda w: set_scores(more, w).average - set_scores(less, w).average, videos
    )


def _pairs(
    runs: Sequence[Run], is_in: Callable[[Mapping[str, Any]], bool]
) -> list[Mapping[str, Any]]:
    return [pair for run in runs for pair in run.pairs if pair["true"] and is_in(pair)]


def _overlaps(pairs: Sequence[Mapping[str, Any]]) -> Overlaps:
    groups = family_groups()
    sets = [
        ([{groups.of(label) for label in pair["true"]}], [{groups.of(x) for x in pair["said"]}])
        for pair in pairs
    ]
    return Overlaps.of(sets, 1)


def _told(found: Estimate | None) -> str:
    """`41.2 (35.0 to 47.1)`, or a dash where there is nothing."""
    if found is None:
        return "-"
    if found.low is None or found.high is None:
        return f"{found.value:.1f}"
    return f"{found.value:.1f} ({found.low:.1f} to {found.high:.1f})"
