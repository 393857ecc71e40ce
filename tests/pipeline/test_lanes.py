"""Lanes: which stages they hold, and the sums that decide whether they fit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.lanes import (
    READER_CPUS,
    LaneConfig,
    default_lanes,
    lanes_from,
    lanes_of,
    plan_elastic_lanes,
    plan_lanes,
)
from pipeline.recipe import BUILT_IN, FULL, Recipe
from stages.faults import SetupError

RECIPE = Recipe(BUILT_IN)
DEFAULT_LANES = default_lanes(RECIPE)
FRONT = Recipe.of(("transcribe", "segment", "decode", "faces", "evidence"))


def _held(lanes: tuple[LaneConfig, ...]) -> list[tuple[str, ...]]:
    return [lane.stages for lane in lanes]


def test_the_default_lanes_hold_every_stage_once_and_fit_two_cores() -> None:
    assert _held(DEFAULT_LANES) == [
        ("transcribe", "segment"),
        ("decode", "faces", "evidence"),
        ("encode", "pool", "generate"),
    ]
    assert lanes_of(DEFAULT_LANES, RECIPE) == DEFAULT_LANES
    assert all(plan.low >= 1 for plan in plan_lanes(DEFAULT_LANES, cpus=2, gpus=0))


def test_a_lane_without_a_stage_of_the_recipe_is_gone_and_the_others_keep_their_numbers() -> None:
    lanes = lanes_of((*DEFAULT_LANES[:2], LaneConfig(stages=FULL[5:], gpus=1)), FRONT)
    assert lanes == DEFAULT_LANES[:2]


def test_a_stage_that_no_lane_names_goes_with_the_one_before_it() -> None:
    named = (LaneConfig(stages=("segment", "decode")), LaneConfig(stages=("encode", "generate")))
    assert _held(lanes_of(named, RECIPE)) == [
        ("transcribe", "segment", "decode", "faces", "evidence"),
        ("encode", "pool", "generate"),
    ]


@given(
    st.lists(st.booleans(), min_size=len(FULL) - 1, max_size=len(FULL) - 1),
    st.sets(st.sampled_from(FULL)),
)
def test_whatever_lanes_name_each_stage_of_a_recipe_stands_in_one_in_order(
    borders: list[bool], unnamed: set[str]
) -> None:
    groups: list[list[str]] = [[FULL[0]]]
    for name, is_border in zip(FULL[1:], borders, strict=True):
        groups.append([name]) if is_border else groups[-1].append(name)
    named = [[name for name in group if name not in unnamed] for group in groups]
    lanes = [LaneConfig(stages=tuple(group)) for group in named if group]
    for recipe in (RECIPE, FRONT):
        if not {name for lane in lanes for name in lane.stages} & set(recipe.names):
            with pytest.raises(ValueError, match="no lane holds"):
                lanes_of(lanes, recipe)
            continue
        assert tuple(n for group in _held(lanes_of(lanes, recipe)) for n in group) == recipe.names


@pytest.mark.parametrize(
    ("stages", "said"),
    [
        ((("decode", "transcribe"),), "in the order"),
        ((("transcribe", "segment"), ("segment", "decode")), "once"),
        ((("transcribe", "segmnt"),), "segmnt is not a stage"),
    ],
)
def test_a_wrong_order_a_stage_held_twice_and_an_unknown_one_are_refused(
    stages: tuple[tuple[str, ...], ...], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        lanes_of([LaneConfig(stages=names) for names in stages], RECIPE)


def test_what_cannot_fit_is_refused_with_the_sums() -> None:
    lanes = [LaneConfig(stages=(name,), cpus=0.5) for name in FULL]
    with pytest.raises(SetupError, match=r"4\.1 cpus.*\[decode\] 1 x 0\.5.*2 are there"):
        plan_lanes(lanes, cpus=2, gpus=0)
    with pytest.raises(SetupError, match="gpus"):
        plan_lanes([LaneConfig(stages=FULL, gpus=1)], cpus=8, gpus=0)


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


def test_where_machines_come_and_leave_lanes_keep_to_what_was_asked_for_and_no_more() -> None:
    lanes = [
        LaneConfig(stages=("transcribe",), min_workers=2, max_workers=4),
        LaneConfig(stages=("segment",), min_workers=3),
    ]
    found = plan_elastic_lanes(lanes, cpus=64, gpus=0)
    assert [(plan.low, plan.high) for plan in found] == [(2, 4), (3, None)]
    with pytest.raises(SetupError, match=r"2\.1 cpus.*2 are all that the cluster has"):
        plan_elastic_lanes(lanes, cpus=2, gpus=0)


@pytest.mark.parametrize(
    ("first", "held"),
    [
        ("transcribe", [lane.stages for lane in DEFAULT_LANES]),
        ("decode", [lane.stages for lane in DEFAULT_LANES[1:]]),
        ("generate", [("generate",)]),
    ],
)
def test_rows_that_enter_late_need_only_the_stages_from_there_on(
    first: str, held: list[tuple[str, ...]]
) -> None:
    lanes = lanes_from(DEFAULT_LANES, RECIPE, first)
    assert _held(lanes) == held


def test_what_lanes_that_are_gone_have_booked_goes_to_the_others_up_to_a_core_each() -> None:
    def booked(*lanes: LaneConfig, first: str) -> list[float]:
        return [round(lane.cpus, 3) for lane in lanes_from(lanes, RECIPE, first)]

    assert booked(*DEFAULT_LANES, first="transcribe") == [0.3, 0.5, 0.45]
    assert booked(*DEFAULT_LANES, first="decode") == [0.65, 0.6]
    assert booked(*DEFAULT_LANES, first="generate") == [0.9]
    whole = DEFAULT_LANES[2].model_copy(update={"cpus": 2.0})
    assert booked(*DEFAULT_LANES[:2], whole, first="generate") == [2.0]
    many = DEFAULT_LANES[2].model_copy(update={"min_workers": 4})
    plans = plan_lanes(lanes_from((*DEFAULT_LANES[:2], many), RECIPE, "generate"), cpus=3, gpus=0)
    assert plans[0].low == 4  # what fitted before fits
