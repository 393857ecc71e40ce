"""Lanes: their order, and the sums that decide whether they fit."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from pipeline.lanes import (
    DEFAULT_LANES,
    READER_CPUS,
    LaneConfig,
    StageName,
    check_order,
    plan_lanes,
)
from stages.rows import STAGES
from stages.stage import SetupError


def test_a_lane_may_hold_every_stage_there_is() -> None:
    assert get_args(StageName) == STAGES


def test_the_default_lanes_hold_every_stage_once_and_fit_two_cores() -> None:
    check_order(DEFAULT_LANES)
    assert all(plan.low >= 1 for plan in plan_lanes(DEFAULT_LANES, cpus=2, gpus=0))


def test_stages_that_are_not_neighbours_are_refused() -> None:
    with pytest.raises(ValidationError, match="neighbours"):
        LaneConfig(stages=("transcribe", "decode"))


def test_a_stage_that_is_missing_or_held_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="they must hold"):
        check_order(DEFAULT_LANES[1:])
    with pytest.raises(ValueError, match="they must hold"):
        check_order((*DEFAULT_LANES, DEFAULT_LANES[-1]))


def test_what_cannot_fit_is_refused_with_the_sums() -> None:
    lanes = [LaneConfig(stages=(name,), cpus=0.5) for name in STAGES]
    with pytest.raises(SetupError, match=r"3\.6 cpus.*\[decode\] 1 x 0\.5.*2 are there"):
        plan_lanes(lanes, cpus=2, gpus=0)
    with pytest.raises(SetupError, match="gpus"):
        plan_lanes([LaneConfig(stages=STAGES, gpus=1)], cpus=8, gpus=0)


@given(
    cpus=st.floats(1.5, 256),
    prices=st.lists(st.floats(0.05, 0.4), min_size=3, max_size=3),
    most=st.none() | st.integers(1, 9),
)
def test_crews_fit_and_leave_no_room_for_one_more(
    cpus: float, prices: list[float], most: int | None
) -> None:
    lanes = [
        lane.model_copy(update={"cpus": price, "max_workers": most})
        for lane, price in zip(DEFAULT_LANES, prices, strict=True)
    ]
    found = plan_lanes(lanes, cpus, gpus=0)
    booked = sum(plan.low * plan.lane.cpus for plan in found) + READER_CPUS
    assert booked <= cpus + 1e-6
    if most is None:
        assert booked + min(prices) > cpus - 1e-6
        assert all(plan.high == plan.low for plan in found)
    else:
        assert all((plan.low, plan.high) == (1, most) for plan in found)
