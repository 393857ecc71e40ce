import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stages.transcribe.cues import Cue, Flaw, plain_text, summary, to_utterances


def cue(start_s: float, end_s: float | None, text: str = "hello") -> Cue:
    return Cue(start_s, end_s, text, f"at {start_s}")


def spans(cues: list[Cue], duration_s: float) -> list[tuple[float, float]]:
    utterances, _ = to_utterances(cues, duration_s, "sidecar")
    return [(said["start_s"], said["end_s"]) for said in utterances]


def flaws(cues: list[Cue], duration_s: float) -> list[str]:
    _, found = to_utterances(cues, duration_s, "sidecar")
    return [flaw.what for flaw in found]


def test_overlapping_turns_are_both_kept_in_order_of_start() -> None:
    assert spans([cue(4, 6), cue(1, 5), cue(2, 3)], 10) == [(1, 5), (2, 3), (4, 6)]


@pytest.mark.parametrize(
    ("bad", "what"),
    [
        (cue(3, 2), "an end that is not after the start"),
        (cue(3, 3), "an end that is not after the start"),
        (cue(1, 2, ""), "no text"),
        (cue(12, 14), "a place outside the video"),
        (cue(10, 14), "a place outside the video"),
        (cue(-3, -1), "a place outside the video"),
        (cue(math.nan, 2), "times that no video has"),
        (cue(1, 1e300), "times that no video has"),
        (cue(1, math.inf), "times that no video has"),
    ],
)
def test_a_cue_that_cannot_be_used_is_left_out_and_named(bad: Cue, what: str) -> None:
    utterances, found = to_utterances([cue(1, 2), bad], 10, "sidecar")
    assert len(utterances) == 1
    assert found == [Flaw(what, bad.place)]


def test_a_cue_that_reaches_beyond_the_video_is_shortened_and_named() -> None:
    assert spans([cue(8, 12)], 10) == [(8, 10)]
    assert flaws([cue(8, 12)], 10) == ["an end beyond that of the video, shortened"]


def test_a_cue_that_overruns_the_end_by_a_frame_is_no_news() -> None:
    assert spans([cue(8, 10.04)], 10) == [(8, 10)]
    assert flaws([cue(8, 10.04)], 10) == []


def test_a_cue_that_begins_before_the_video_begins_with_it() -> None:
    assert spans([cue(-0.5, 2)], 10) == [(0, 2)]


def test_an_unknown_duration_bounds_nothing() -> None:
    assert spans([cue(100, 102)], 0) == [(100, 102)]


def test_a_cue_without_an_end_lasts_to_the_end_of_the_video() -> None:
    assert spans([cue(0, None)], 4.2) == [(0, 4.2)]
    assert flaws([cue(0, None)], 0) == ["an end that is not after the start"]


def test_speech_that_was_heard_needs_no_text() -> None:
    utterances, found = to_utterances([cue(1, 2, ""), cue(3, 4, "yes")], 10, "asr")
    assert [said["text_source"] for said in utterances] == ["none", "asr"]
    assert not found


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.floats(), st.one_of(st.none(), st.floats()), st.text(max_size=3))),
    st.one_of(st.just(0.0), st.floats(0.001, 1e6)),
    st.sampled_from(["sidecar", "manifest", "asr", "none"]),
)
def test_whatever_the_cues_the_utterances_are_sound(
    cues: list[tuple[float, float | None, str]], duration_s: float, source: str
) -> None:
    utterances, _ = to_utterances([Cue(*parts, "here") for parts in cues], duration_s, source)
    assert [said["index"] for said in utterances] == list(range(len(utterances)))
    starts = [said["start_s"] for said in utterances]
    assert starts == sorted(starts)
    for said in utterances:
        assert 0 <= said["start_s"] < said["end_s"]
        assert math.isfinite(said["end_s"])
        assert duration_s == 0 or said["end_s"] <= duration_s + 0.001


def test_control_characters_are_taken_out() -> None:
    assert plain_text("\ufeffa\x00b\x07 c\r\nd") == "ab c d"


def test_flaws_are_counted_by_kind_with_the_first_place() -> None:
    found = [Flaw("no text", "line 4"), Flaw("no text", "line 9"), Flaw("a bad time", "line 5")]
    assert summary(found) == "2 with no text (first: line 4); 1 with a bad time (first: line 5)"
