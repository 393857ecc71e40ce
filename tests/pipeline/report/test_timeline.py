"""Places on a time line, and times in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.report.timeline import Scale, clock, length, span

seconds = st.floats(0, 1e6, allow_nan=False)


@given(start_s=seconds, length_s=seconds, times=st.lists(seconds, min_size=2))
def test_places_are_within_the_line_and_in_the_order_of_the_times(
    start_s: float, length_s: float, times: list[float]
) -> None:
    scale = Scale(start_s, start_s + length_s)
    places = [scale.left(time_s) for time_s in sorted(times)]
    assert places == sorted(places)
    assert all(0 <= place <= 100 for place in places)


@given(start_s=seconds, length_s=st.floats(0.01, 1e6))
def test_a_span_of_the_whole_line_is_as_wide_as_the_line(start_s: float, length_s: float) -> None:
    scale = Scale(start_s, start_s + length_s)
    assert scale.width(start_s, start_s + length_s) == 100
    assert scale.width(start_s + length_s, start_s) == 0


@given(start_s=st.floats(0, 36_000), length_s=st.floats(0.5, 200_000))
def test_ticks_are_few_and_in_order(start_s: float, length_s: float) -> None:
    ticks = Scale(start_s, start_s + length_s).ticks()
    places = [tick.left for tick in ticks]
    assert len(ticks) <= 9
    assert places == sorted(places)
    assert all(0 <= place <= 100 for place in places)


def test_ticks_stand_at_round_times_of_the_file() -> None:
    ticks = Scale(61.3, 70.9).ticks()
    assert [tick.text for tick in ticks] == ["1:02", "1:04", "1:06", "1:08", "1:10"]
    assert ticks[0].left == pytest.approx(100 * (62 - 61.3) / 9.6, abs=0.001)


def test_an_empty_line_has_no_ticks() -> None:
    assert Scale(3.0, 3.0).ticks() == []
    assert Scale(3.0, 3.0).left(5.0) == 0


@pytest.mark.parametrize(
    ("time_s", "text"),
    [(0, "0:00.00"), (59.999, "1:00.00"), (3.246, "0:03.25"), (3723.4, "1:02:03.40")],
)
def test_clock(time_s: float, text: str) -> None:
    assert clock(time_s) == text


def test_span_of_unknown_times_is_empty() -> None:
    assert span(None, 3.0) == ""
    assert span(1.5, 3.25) == "0:01.50–0:03.25"


@pytest.mark.parametrize(
    ("time_s", "text"), [(9.17, "9.2 s"), (840, "14.0 min"), (98_640, "27.4 h")]
)
def test_length(time_s: float, text: str) -> None:
    assert length(time_s) == text
