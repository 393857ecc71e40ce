"""The table of an ablation: what each arm scores, with intervals."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.evaluation.groups import family_groups
from pipeline.evaluation.intervals import Resamples
from pipeline.evaluation.overlaps import Overlaps
from pipeline.evaluation.set_scores import set_scores

_SEED = 0  # of the intervals
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
    """Markdown: set averages over families, 0..100, mean of the seeds and 95 % interval.

    Intervals come from drawing videos, the same for all seeds of an arm.
    """
    arms = dict.fromkeys(run.arm for run in runs)
    counts = {name: _utterances(runs[0], is_in) for name, is_in in _PARTS.items()}
    lines = [
        f"| | {' | '.join(f'{name} (n {count})' for name, count in counts.items())} | seeds |",
        f"|---|{'---|' * (len(_PARTS) + 1)}",
    ]
    for arm in arms:
        own = [run for run in runs if run.arm == arm]
        cells = [_estimate(own, is_in) for is_in in _PARTS.values()]
        lines.append(f"| {arm} | {' | '.join(cells)} | {len(own)} |")
    return "\n".join(lines) + "\n"


def _utterances(run: Run, is_in: Callable[[Mapping[str, Any]], bool]) -> int:
    return sum(bool(pair["true"]) and is_in(pair) for pair in run.pairs)


def _estimate(runs: Sequence[Run], is_in: Callable[[Mapping[str, Any]], bool]) -> str:
    """`41.2 (35.0 to 47.1)`, or a dash where no utterance is of the kind."""
    pairs = [pair for run in runs for pair in run.pairs if pair["true"] and is_in(pair)]
    if not pairs:
        return "-"
    groups = family_groups()
    sets = [
        ([{groups.of(label) for label in pair["true"]}], [{groups.of(x) for x in pair["said"]}])
        for pair in pairs
    ]
    overlaps = Overlaps.of(sets, 1)
    videos = [pair["video"] for pair in pairs]
    found = Resamples(videos, _SEED).estimate(lambda w: set_scores(overlaps, w).average, videos)
    if found.low is None or found.high is None:
        return f"{found.value:.1f}"
    return f"{found.value:.1f} ({found.low:.1f} to {found.high:.1f})"
