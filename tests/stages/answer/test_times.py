"""Times are read as they are named, and lengths of time are not taken for them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stages.answer.times import named_times

MOMENTS = (
    "At {0} s she smiles.",
    "Her brows rise around {0} seconds.",
    "at about {0}s",
    "From {0} sec on he looks away",
    "in second {0} of it",
    "{0} seconds into the clip",
    "at the {0}-second mark",
    "à {0} s elle sourit",
)
SPANS = (
    "from {0} to {1} s",
    "From {0} s to {1} s, her lips part.",
    "between {0} and {1} seconds",
    "a frown ({0}-{1} s)",
    "({0} – {1} seconds)",
    "during {0} to {1} s",
    "seconds {0} to {1}",
    "entre {0} et {1} secondes",
    "de {0} à {1} s",
)
HUNDREDTHS = st.integers(0, 99_999).map(lambda hundredths: hundredths / 100)


def spans(text: str) -> list[tuple[float, float]]:
    return [(time.start_s, time.end_s) for time in named_times(text)]


@given(st.sampled_from(MOMENTS), HUNDREDTHS, st.integers(0, 2))
def test_a_moment_is_read_to_its_last_digit(form: str, time_s: float, decimals: int) -> None:
    (named,) = named_times(form.format(f"{time_s:.{decimals}f}"))
    assert named.start_s == named.end_s
    assert abs(named.start_s - time_s) <= named.rounding_s + 1e-6
    assert named.rounding_s == pytest.approx(0.5 * 10**-decimals)


@given(st.sampled_from(SPANS), HUNDREDTHS, HUNDREDTHS)
def test_a_span_is_read_whichever_end_comes_first(form: str, one: float, other: float) -> None:
    assert spans(form.format(f"{one:.2f}", f"{other:.2f}")) == [tuple(sorted((one, other)))]


@given(st.integers(0, 3 * 3600))
def test_a_time_on_a_clock_is_read(seconds: int) -> None:
    minutes, rest = divmod(seconds, 60)
    hours, of_hour = divmod(minutes, 60)
    written = f"{hours}:{of_hour:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
    assert spans(f"Around {written} he nods.") == [(seconds, seconds)]
    assert spans(f"{written}-{written} a nod") == [(seconds, seconds)]


@pytest.mark.parametrize(
    "text",
    [
        "It lasts 0.3 s.",
        "for 0.24 seconds",
        "for around 3 s",
        "for around 2 to 3 s",
        "for about 2-3 seconds",
        "within 0.2 s",
        "a 2-3 second pause",
        "2 seconds later",
        "after 2 seconds of silence",
        "at 10:30 am",
        "AU12 and AU6",
        "in frame 12",
        "at 3",
        "",
    ],
)
def test_what_is_no_time_is_not_read(text: str) -> None:
    assert spans(text) == []


def test_several_times_are_read_in_their_order() -> None:
    assert spans("At 3.4 s, then from 1.2 to 1.5 s and 2.0 to 2.3 s, and again at 3.4 s.") == [
        (3.4, 3.4),
        (1.2, 1.5),
        (2.0, 2.3),
    ]
    assert spans("blinks at 1.2, 2.3 and 3.4 s") == [(1.2, 1.2), (2.3, 2.3), (3.4, 3.4)]
    assert spans("For no more than 0.2 s, from 1.20 s to 1.40 s, her brow") == [(1.2, 1.4)]


@given(st.text(st.sampled_from("0123456789.,:-– satofrmndbe()"), max_size=200))
def test_no_text_breaks_it(text: str) -> None:
    for time in named_times(text):
        assert 0 <= time.start_s <= time.end_s
        assert time.rounding_s > 0
