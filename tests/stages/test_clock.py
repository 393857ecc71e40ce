import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stages.clock import finite, seconds, whole_milliseconds


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("00:16:16,059", 976.059),
        ("0:05:52,435", 352.435),
        ("01:02:03.5", 3723.5),
        ("1:02:03", 3723),
        ("02:03.250", 123.25),
        ("90:00", 5400),
        (" 12.5 ", 12.5),
        ("7", 7),
        ("1e-05", 0.00001),
        ("-0.5", -0.5),
        ("12,5", 12.5),
        ("3,75", 3.75),
        ("0001:00:00.500", 3600.5),
    ],
)
def test_times_as_they_are_written(written: str, meant: float) -> None:
    assert seconds(written) == pytest.approx(meant)


@pytest.mark.parametrize(
    "written",
    re.split(
        r"\|",
        "|nan|inf|-inf|1e400|1,234|1,234,5|00:61:00|00:00:60,000|1:2:3:4|00:16:1b,059|--:--|1_000|٣|"
        "0:05:52,435,1|00: 00: 01,000|None",
    ),
)
def test_what_is_no_time_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="not a time"):
        seconds(written)


@settings(deadline=None)
@given(st.integers(0, 999), st.integers(0, 59), st.integers(0, 59), st.integers(0, 999))
def test_hours_minutes_seconds_and_thousandths_add_up(h: int, m: int, s: int, ms: int) -> None:
    for comma in ",.":
        written = f"{h:02}:{m:02}:{s:02}{comma}{ms:03}"
        assert seconds(written) == pytest.approx(h * 3600 + m * 60 + s + ms / 1000)


def test_a_comma_that_parts_no_thousands_is_a_decimal_mark() -> None:
    assert seconds("1,234", decimal_comma=True) == 1.234


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_numbers_that_are_none_are_refused(number: float) -> None:
    with pytest.raises(ValueError, match="not a time"):
        finite(number)


@given(st.integers(0, 10**9))
def test_a_time_in_milliseconds_is_that_many(milliseconds: int) -> None:
    assert whole_milliseconds(milliseconds / 1000) == milliseconds
    assert whole_milliseconds((milliseconds + 0.9) / 1000) == milliseconds
