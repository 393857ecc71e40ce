"""The table of an ablation: what each arm scores, with intervals."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from jobs.train.scoring import family_groups

_DRAWS = 2000
_PARTS: Mapping[str, Callable[[Mapping[str, Any]], bool]] = {
    "all": lambda pair: bool(pair["true"]),
    "shown openly": lambda pair: pair["display"] == "macro",
    "micro-expression alone tells": lambda pair: pair["alone"],
    "context decides": lambda pair: pair["needs_context"],
}


@dataclass(frozen=True)
class Run:
    """A training of one arm from one seed.

    Attributes:
        pairs: of each held-out utterance `video`, `true` and `said` labels, and what tells it.
    """

    arm: str
    seed: int
    pairs: Sequence[Mapping[str, Any]]


def table(runs: Sequence[Run]) -> str:
    """Markdown: set averages over families, 0..100, mean of the seeds and 95 % interval.

    Intervals come from drawing videos, the same for all seeds of an arm.
    """
    arms = dict.fromkeys(run.arm for run in runs)
    lines = [
        f"| | {' | '.join(_PARTS)} | seeds |",
        f"|---|{'---|' * (len(_PARTS) + 1)}",
    ]
    for arm in arms:
        own = [run for run in runs if run.arm == arm]
        cells = [_estimate(own, is_in) for is_in in _PARTS.values()]
        lines.append(f"| {arm} | {' | '.join(cells)} | {len(own)} |")
    return "\n".join(lines) + "\n"


def _estimate(runs: Sequence[Run], is_in: Callable[[Mapping[str, Any]], bool]) -> str:
    """`41.2 (35.0 to 47.1)`, or a dash where no utterance is of the kind."""
    by_video: dict[str, list[float]] = {}
    for run in runs:
        for pair in run.pairs:
            if pair["true"] and is_in(pair):
                by_video.setdefault(pair["video"], []).append(_average(pair))
    if not by_video:
        return "-"
    sums = np.array([sum(found) for found in by_video.values()])
    counts = np.array([len(found) for found in by_video.values()])
    drawn = np.random.default_rng(0).integers(0, len(sums), (_DRAWS, len(sums)))
    means = 100 * sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return f"{100 * sums.sum() / counts.sum():.1f} ({low:.1f} to {high:.1f})"


def _average(pair: Mapping[str, Any]) -> float:
    """The mean of set accuracy and recall of one utterance."""
    groups = family_groups()
    true = {groups.of(label) for label in pair["true"]}
    said = {groups.of(label) for label in pair["said"]}
    both = len(true & said)
    return (both / len(said) if said else 0.0) / 2 + both / len(true) / 2
