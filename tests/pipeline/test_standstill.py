"""A run that cannot move is ended, with the cause; one that is only slow is not."""

import pytest

from pipeline.lanes import LaneConfig, LanePlan
from pipeline.standstill import Standstill
from stages.faults import SetupError

PLANS = [LanePlan(LaneConfig(stages=("transcribe",), cpus=0.9), 2, 2)]  # 1.9 with the reader
ENOUGH, LIMIT = 2.0, 95 * 2.0**30


class Machine:
    """What there is, and the time of day."""

    def __init__(self) -> None:
        self.used, self.cpus, self.now = 0.0, ENOUGH, 1000.0

    def standstill(self) -> Standstill:
        return Standstill(PLANS, lambda: (self.used, LIMIT), lambda: self.cpus, lambda: self.now)

    def passes(self, standstill: Standstill, seconds: int, *, moves: bool = False) -> None:
        for _ in range(seconds):
            self.now += 1
            standstill.look(moves=moves)


def test_memory_above_the_limit_for_a_minute_ends_it() -> None:
    machine = Machine()
    standstill = machine.standstill()
    machine.used = LIMIT + 2**30
    machine.passes(standstill, 59)
    with pytest.raises(SetupError, match=r"96\.0 GiB of memory .* above the 95\.0 GiB"):
        machine.passes(standstill, 5)


@pytest.mark.parametrize("relief", ["a row", "memory"])
def test_a_row_or_a_moment_of_room_begins_the_minute_anew(relief: str) -> None:
    machine = Machine()
    standstill = machine.standstill()
    for _ in range(5):
        machine.used = LIMIT + 1
        machine.passes(standstill, 50)
        machine.used = LIMIT + 1 if relief == "a row" else 0.0
        machine.passes(standstill, 1, moves=relief == "a row")


def test_too_few_machines_for_ten_minutes_end_it_and_their_return_does_not() -> None:
    machine = Machine()
    standstill = machine.standstill()
    machine.cpus = 1.0
    machine.passes(standstill, 590)
    machine.cpus = ENOUGH
    machine.passes(standstill, 1)
    machine.cpus = 1.0
    machine.passes(standstill, 590)
    with pytest.raises(SetupError, match=r"need 1\.9 CPUs and 1 are left"):
        machine.passes(standstill, 30)


def test_waiting_alone_ends_nothing() -> None:
    machine = Machine()
    machine.passes(machine.standstill(), 4000)
