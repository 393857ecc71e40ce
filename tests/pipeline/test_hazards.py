"""A row that ends or holds up its process is found, and no other is given up for it."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.crashes import Crash
from pipeline.hazards import Hazards, Worker
from stages.faults import ErrorKind


class Clock:
    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def _worker(name: str) -> Worker:
    return Worker(name, "node", "10.0.0.1", 17)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def hazards(clock: Clock) -> Hazards:
    return Hazards(clock)


def test_what_was_done_is_nothing_to_look_back_on(hazards: Hazards) -> None:
    first, second = _worker("1"), _worker("2")
    assert hazards.begin(first, ["a", "b"], 10) == {"a": "together", "b": "together"}
    hazards.rests(first, ["a"])
    hazards.rests(first, ["b"])
    assert hazards.begin(second, ["a", "b"], 10) == {"a": "together", "b": "together"}


def test_rows_that_died_together_are_taken_one_by_one(hazards: Hazards) -> None:
    hazards.begin(_worker("1"), ["a", "b", "c"], 10)
    hazards.rests(_worker("1"), ["a"])
    second = _worker("2")
    assert hazards.begin(second, ["b", "c", "d"], 10) == {
        "b": "alone",
        "c": "alone",
        "d": "together",
    }
    assert hazards.begin(second, ["b"], 10) == {"b": "together"}


def test_a_row_that_was_alone_at_three_deaths_is_given_up(hazards: Hazards) -> None:
    for number in range(3):
        assert hazards.begin(_worker(str(number)), ["a"], 10) == {"a": "together"}
    assert hazards.begin(_worker("3"), ["a"], 10) == {"a": "worker_died"}
    assert hazards.begin(_worker("3"), ["b"], 10) == {"b": "together"}


def test_the_last_of_a_batch_was_alone(hazards: Hazards) -> None:
    hazards.begin(_worker("1"), ["a", "b"], 10)
    hazards.rests(_worker("1"), ["a"])
    hazards.begin(_worker("2"), ["b"], 10)
    hazards.begin(_worker("3"), ["b"], 10)
    assert hazards.begin(_worker("4"), ["b"], 10) == {"b": "worker_died"}


def test_only_the_time_at_work_counts(hazards: Hazards, clock: Clock) -> None:
    worker = _worker("1")
    hazards.begin(worker, ["a"], 10)
    clock.now_s = 9
    hazards.rests(worker)
    clock.now_s = 500
    assert hazards.overdue() == []
    hazards.works(worker)
    clock.now_s = 502
    assert hazards.overdue() == [worker]
    assert hazards.overdue() == []
    hazards.killed(worker)
    assert hazards.begin(_worker("2"), ["a"], 10) == {"a": "timed_out"}


def test_who_had_died_before_it_could_be_killed_is_no_worker_that_took_too_long(
    hazards: Hazards, clock: Clock
) -> None:
    worker = _worker("1")
    hazards.begin(worker, ["a"], 10)
    clock.now_s = 11
    assert hazards.overdue() == [worker]
    for number in (2, 3):
        assert hazards.begin(_worker(str(number)), ["a"], 10) == {"a": "together"}
    assert hazards.begin(_worker("4"), ["a"], 10) == {"a": "worker_died"}


def test_a_batch_has_the_time_of_its_rows_and_is_then_taken_apart(
    hazards: Hazards, clock: Clock
) -> None:
    worker = _worker("1")
    hazards.begin(worker, ["a", "b"], 10)
    clock.now_s = 19
    assert hazards.overdue() == []
    clock.now_s = 21
    assert hazards.overdue() == [worker]
    hazards.killed(worker)
    assert hazards.begin(_worker("2"), ["a", "b"], 10) == {"a": "alone", "b": "alone"}


def test_its_verdicts_are_kinds_of_failures() -> None:
    assert {"worker_died", "timed_out"} <= set(ErrorKind)


@given(
    st.sets(st.sampled_from("abcdefgh"), max_size=4),
    st.permutations("abcdefgh"),
    st.integers(1, 4),
)
def test_whatever_the_batches_the_deadly_rows_alone_are_given_up(
    deadly: set[str], order: Sequence[str], size: int
) -> None:
    """Work as lanes do: a batch is begun, its rows are done in order, a deadly one ends it all."""
    hazards, workers = Hazards(), iter(range(10_000))
    done, given_up = set[str](), set[str]()

    def work(rows: Sequence[str]) -> bool:
        """Whether the process lives."""
        worker = _worker(str(next(workers)))
        verdicts = hazards.begin(worker, rows, 10)
        given_up.update(row for row in rows if verdicts[row] == "worker_died")
        groups = [[row for row in rows if verdicts[row] == "together"]]
        groups += [[row] for row in rows if verdicts[row] == "alone"]
        for group in groups:
            if not group:
                continue
            if verdicts[group[0]] == "alone" and hazards.begin(worker, group, 10) != {
                group[0]: "together"
            }:
                given_up.update(group)
                continue
            for row in group:
                if row in deadly:
                    return False
                hazards.rests(worker, [row])
                done.add(row)
        return True

    for first in range(0, len(order), size):
        batch = list(order[first : first + size])
        tries = 0
        while not work([row for row in batch if row not in done | given_up]):
            tries += 1
            assert tries <= 1 + 3 * size
    assert given_up == deadly & set(order)
    assert done == set(order) - deadly


def test_how_a_worker_ended_is_told_of_the_rows_that_it_had(hazards: Hazards) -> None:
    hazards.begin(_worker("1"), ["a", "b", "c"], 10)
    hazards.rests(_worker("1"), ["a"])
    assert hazards.causes() == {}
    hazards.begin(_worker("2"), ["b"], 10)
    hazards.crashed(Crash("10.0.0.9", 17, "another machine's"))
    assert hazards.causes() == {}
    hazards.crashed(Crash("10.0.0.1", 17, "SIGSEGV in x.py, line 1, in f"))
    assert hazards.causes() == dict.fromkeys("bc", "SIGSEGV in x.py, line 1, in f")
