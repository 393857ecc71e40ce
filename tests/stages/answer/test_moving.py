"""Descriptions whose times are moved to another clock."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stages.answer import moved_times
from stages.answer.times import named_times


@pytest.mark.parametrize(
    ("text", "moved"),
    [
        ("At 4.2 s her brows rise.", "At 1.2 s her brows rise."),
        ("From 4.20 to 5.00 s she smiles.", "From 1.20 to 2.00 s she smiles."),
        ("Around 0:04 he looks up.", "Around 0:01 he looks up."),
        ("Um 4,5 s? A 4,5 s elle sourit.", "Um 4,5 s? A 4,5 s elle sourit."),
        ("à 4,5 s elle sourit.", "à 1,5 s elle sourit."),
        ("It lasts for 0.3 s. At 3 s it ends.", "It lasts for 0.3 s. At 0 s it ends."),
        ("She is calm.", "She is calm."),
        ("At 1 s a door slams. At 4 s she starts.", "At 1 s she starts."),
        ("At 9 s he laughs. He is glad.", "He is glad."),
        ("", ""),
    ],
)
def test_times_are_moved_and_what_is_outside_is_left_out(text: str, moved: str) -> None:
    assert moved_times(text, -3.0, 4.0) == moved


@given(
    st.lists(st.floats(0, 9).map(lambda value: round(value, 1)), min_size=1, max_size=4),
    st.integers(0, 50).map(lambda tenths: tenths / 10),
)
def test_all_that_is_read_is_moved(times: list[float], by_s: float) -> None:
    text = " ".join(f"At {time:.1f} s she nods." for time in times)
    moved = named_times(moved_times(text, by_s, 100.0))
    expected = [round(time + by_s, 1) for time in dict.fromkeys(times)]
    assert [time.start_s for time in moved] == pytest.approx(expected)
