"""A run that cannot move is ended, with the cause; one that is only slow is not."""

import pytest

from pipeline.standstill import Standstill, short_memory, too_few_machines
from stages.faults import SetupError


class Machine:
    """What is wrong, and the time of day."""

    def __init__(self) -> None:
        self.trouble: str | None = None
        self.now = 1000.0
        self.standstill = Standstill(lambda: self.trouble, 60.0, lambda: self.now)

    def passes(self, seconds: int, *, moves: bool = False) -> None:
        for _ in range(seconds):
            self.now += 1
            self.standstill.look(moves=moves)


def test_a_trouble_that_stays_ends_it() -> None:
    machine = Machine()
    machine.trouble = "no room"
    machine.passes(59)
    with pytest.raises(SetupError, match="no room"):
        machine.passes(5)


@pytest.mark.parametrize("relief", ["a row", "a moment without it"])
def test_relief_begins_the_time_anew(relief: str) -> None:
    machine = Machine()
    for _ in range(5):
        machine.trouble = "no room"
        machine.passes(50)
        machine.trouble = "no room" if relief == "a row" else None
        machine.passes(1, moves=relief == "a row")


def test_waiting_alone_ends_nothing() -> None:
    Machine().passes(4000)


def test_nothing_is_asked_while_rows_are_finished() -> None:
    machine = Machine()
    standstill = Standstill(lambda: pytest.fail("asked"), 60.0, lambda: machine.now)
    standstill.look(moves=True)


def test_memory_is_told_by_its_figures() -> None:
    told = short_memory(96 * 2.0**30, 95 * 2.0**30)
    assert told is not None
    assert "96.0 GiB of memory are in use on this machine, above the 95.0 GiB" in told
    assert short_memory(94 * 2.0**30, 95 * 2.0**30) is None


def test_machines_are_told_by_their_cpus() -> None:
    assert "need 1.9 CPUs and 1 are left" in (too_few_machines(1.0, 1.9) or "")
    assert too_few_machines(1.9, 0.1 + 2 * 0.9) is None
