"""What holds of a row after all that people decided of it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from pipeline.reviews.decision import Decision
from stages.rows import Row

State = Literal["accepted", "corrected", "rejected", "unsure", "disputed"]
Unit = tuple[str, int | None, int]
"""What a decision is of, see `Decision.unit`."""

_LEAST_OVERLAP = 0.5  # of spans, intersection over union: what was shown is still the same


def unit_of(row: Row) -> Unit:
    """What a row of the catalogue is, as a decision on it names it."""
    utterance = row["utterance_index"]
    return row["video_id"], utterance, row["window_index"] if utterance is None else -1


@dataclass(frozen=True)
class Standing:
    """Where an utterance or a window stands.

    Attributes:
        state: `disputed` where reviewers differ and nobody has adjudicated.
        decision: the one that holds; None where it is disputed.
        decisions: the last of each reviewer, in order of time.
    """

    state: State
    decision: Decision | None
    decisions: tuple[Decision, ...]

    @property
    def reviewers(self) -> tuple[str, ...]:
        """Who decided, in order of time."""
        return tuple(decision.reviewer for decision in self.decisions)

    @property
    def is_usable(self) -> bool:
        """Whether a person stands behind what `decision` holds."""
        return self.state in ("accepted", "corrected")

    def is_of(self, start_s: float, end_s: float) -> bool:
        """Whether a row with this span is what was looked at; it may have been cut anew since."""
        seen = self.decisions[-1]
        common = min(end_s, seen.row_end_s) - max(start_s, seen.row_start_s)
        union = max(end_s, seen.row_end_s) - min(start_s, seen.row_start_s)
        return common >= _LEAST_OVERLAP * union


def standings(decisions: Iterable[Decision]) -> Mapping[Unit, Standing]:
    """Where each unit that somebody decided of stands.

    A person's last decision counts, unless it is withdrawn: then the one before. The last
    adjudication holds over the others. Without one, all must say the same: the same verdict and,
    where labels are right, the same set of them.

    Args:
        decisions: in order of time.
    """
    by_unit: dict[Unit, dict[str, list[Decision]]] = defaultdict(lambda: defaultdict(list))
    for decision in decisions:
        own = by_unit[decision.unit][decision.reviewer]
        if decision.verdict == "withdrawn":
            own[:] = [earlier for earlier in own if earlier.id != decision.withdraws]
        elif decision.verdict != "commented":
            own.append(decision)
    last = {
        unit: sorted((own[-1] for own in each.values() if own), key=lambda one: one.at)
        for unit, each in by_unit.items()
    }
    return {unit: _standing(tuple(each)) for unit, each in last.items() if each}


def _standing(each: tuple[Decision, ...]) -> Standing:
    adjudicated = [decision for decision in each if decision.task == "adjudication"]
    if adjudicated:
        return Standing(_state(adjudicated[-1]), adjudicated[-1], each)
    if len({_said(decision) for decision in each}) == 1:
        corrected = [decision for decision in each if decision.verdict == "corrected"]
        holds = (corrected or list(each))[-1]
        return Standing(_state(holds), holds, each)
    return Standing("disputed", None, each)


def _said(decision: Decision) -> tuple[str, frozenset[str]]:
    """What must be equal for two to agree; one may have corrected what the other let stand."""
    if decision.verdict in ("accepted", "corrected"):
        return "right", frozenset(label.casefold() for label in decision.labels or ())
    return decision.verdict, frozenset()


def _state(decision: Decision) -> State:
    match decision.verdict:
        case "accepted" | "corrected" | "rejected" | "unsure":
            return decision.verdict
    raise AssertionError(f"{decision.verdict} decides nothing")
