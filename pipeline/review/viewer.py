"""What one reviewer may see of where units stand, and what there is for them to do.

Of a unit that two are to decide nobody sees what another decided before both have.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.review.asked import Queue
from pipeline.review.book import DecisionBook
from pipeline.review.units import Units
from pipeline.reviews import Decision, Standing

Task = Literal["review", "audit", "double", "adjudication"]
PAIR = 2


@dataclass(frozen=True)
class View:
    """The units for one reviewer.

    Attributes:
        state: of each unit, a string or None: where it stands, as far as they may see.
        mine: of each, their own verdict, or None.
        queues: of each queue, which units are in it.
    """

    state: NDArray[np.object_]
    mine: NDArray[np.object_]
    queues: dict[Queue, NDArray[np.bool_]]

    def columns(self) -> dict[str, pa.Array]:
        """`review` and `mine`, to be asked for beside the columns of the catalogue."""
        told = {"review": self.state, "mine": self.mine}
        return {name: pa.array(values, pa.string()) for name, values in told.items()}


def view_of(units: Units, book: DecisionBook, reviewer: str) -> View:
    """The units as `reviewer` may see them."""
    count = len(units)
    state = np.full(count, None, np.object_)
    mine = np.full(count, None, np.object_)
    is_open, is_mine = np.ones(count, np.bool_), np.zeros(count, np.bool_)
    for unit, standing in list(book.standings.items()):
        number = units.numbers_by_unit.get(unit)
        if number is None or not standing.is_of(*units.spans[number]):
            continue
        own = own_decision(standing, reviewer)
        mine[number] = None if own is None else own.verdict
        is_mine[number] = own is not None
        is_double = bool(units.is_double[number])
        state[number] = seen_state(standing, reviewer, is_double=is_double)
        is_open[number] = is_double and own is None and len(standing.decisions) < PAIR
    disputed = state == "disputed"
    return View(
        state,
        mine,
        {
            "todo": is_open & ~units.is_audit,
            "audit": is_open & units.is_audit,
            "disputed": disputed,
            "mine": is_mine,
            "all": np.ones(count, np.bool_),
        },
    )


def own_decision(standing: Standing | None, reviewer: str) -> Decision | None:
    """What this reviewer decided last."""
    each = standing.decisions if standing else ()
    return next((one for one in each if one.reviewer == reviewer), None)


def is_revealed(standing: Standing | None, *, is_double: bool) -> bool:
    """Whether reviewers may see what others decided."""
    return not is_double or (standing is not None and len(standing.decisions) >= PAIR)


def seen_state(standing: Standing, reviewer: str, *, is_double: bool) -> str | None:
    """Where a unit stands, as far as they may see: until it is revealed, their own verdict."""
    if is_revealed(standing, is_double=is_double):
        return standing.state
    own = own_decision(standing, reviewer)
    return None if own is None else own.verdict


def task_of(standing: Standing | None, *, is_audit: bool, is_double: bool) -> Task:
    """Why a unit is shown, which its decision will say.

    Of a unit that others differ on it is `adjudication`. Who decides again of what two decided
    has seen the other's, so it is a `review`.
    """
    if standing is not None and standing.state == "disputed":
        return "adjudication"
    if is_audit:
        return "audit"
    if is_double and not is_revealed(standing, is_double=True):
        return "double"
    return "review"
