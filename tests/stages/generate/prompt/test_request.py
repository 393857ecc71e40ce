"""The prompt says what the protocol says, and a transcript cannot say more than words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stages.generate.prompt.chat import Piece
from stages.generate.prompt.request import CLUES_QUESTION, request, transcript_line
from stages.model.layout import TokenLayout

UTTERANCE = {"start_s": 61.0, "end_s": 62.46, "speaker": "Anna", "text": "Oh, no!"}


def test_a_line_has_its_times_speaker_and_text() -> None:
    assert transcript_line(UTTERANCE, 60.0) == "1.0 - 2.5 seconds, Anna: Oh, no!"


def test_a_line_without_speaker() -> None:
    assert transcript_line({**UTTERANCE, "speaker": None}, 60.0) == "1.0 - 2.5 seconds, Oh, no!"


@pytest.mark.parametrize("text", ["", "  \n", "\x00", None])
def test_an_utterance_without_words_has_no_line(text: str | None) -> None:
    assert transcript_line({**UTTERANCE, "text": text}, 0.0) == ""


ROW = {"start_s": 60.0, "frame_times_s": [60.0, 60.5], "utterances": [UTTERANCE]}
WHOLE = TokenLayout(range(3), (range(3, 6),))
SLIDING = TokenLayout(range(6), (range(0),))


def written(pieces: list[Piece]) -> str:
    """The pieces as one text, visual tokens as `{first-last}`."""
    shown = [f"{{{part[0]}-{part[-1]}}}" if isinstance(part, range) else part for part in pieces]
    return "".join(map(str, shown))


def test_the_window_is_asked_about_with_all_its_tokens() -> None:
    asked = request(ROW, ["1.0 - 2.5 seconds, Oh, no!"], WHOLE, None)
    assert written(asked) == (
        "<Video>{0-2}</Video> The video contains 2 frames sampled at 0.0, 0.5 seconds.  "
        "Transcribed speech:\n1.0 - 2.5 seconds, Oh, no!\n"
        "Its utterances, one after another: <Video>{3-5}</Video> "
        "From what clues can we infer the person's emotional state?"
    )


def test_without_tokens_of_utterances_the_window_is_asked_about_in_timechats_form() -> None:
    assert written(request(ROW, [], SLIDING, None)) == (
        "<Video>{0-5}</Video> The video contains 2 frames sampled at 0.0, 0.5 seconds.  "
        "From what clues can we infer the person's emotional state?"
    )


def test_an_utterance_is_pointed_to_by_speaker_time_words_and_its_own_tokens() -> None:
    asked = written(request(ROW, [], WHOLE, 0, quoted=True))
    own = 'Consider the utterance by Anna from 1.0 to 2.5 seconds ("Oh, no!"): '
    own += "<Video>{3-5}</Video> "
    assert asked.startswith("<Video>{0-2}</Video> The video")
    assert asked.endswith(f"0.5 seconds.  {own}{CLUES_QUESTION}")


def test_an_utterance_without_tokens_is_pointed_to_in_words() -> None:
    focus = f'Consider the utterance by Anna from 1.0 to 2.5 seconds ("Oh, no!"). {CLUES_QUESTION}'
    asked = written(request(ROW, [], SLIDING, 0, quoted=True))
    assert asked.startswith("<Video>{0-5}</Video> The video")
    assert asked.endswith(f"0.5 seconds.  {focus}")


@pytest.mark.parametrize("text", ["Oh, no!", "", None])
def test_words_that_are_not_to_be_quoted_or_not_there_leave_times_to_point(
    text: str | None,
) -> None:
    row = {**ROW, "utterances": [{**UTTERANCE, "text": text}]}
    asked = written(request(row, [], WHOLE, 0, quoted=not text))
    assert "Consider the utterance by Anna from 1.0 to 2.5 seconds: <Video>" in asked


@pytest.mark.parametrize("index", [None, 0])
def test_what_was_measured_stands_before_the_question(index: int | None) -> None:
    asked = written(request(ROW, [], WHOLE, index, "Measured: brows raised. "))
    assert asked.endswith(f"{{3-5}}</Video> Measured: brows raised. {CLUES_QUESTION}")


@pytest.mark.parametrize(
    ("speaker", "text"),
    [
        ("李雷", "我没想到你会来。真的吗？"),
        ("سارة", "لم أتوقع أن تأتي، حقًا؟"),
        ("نگار", "می\u200cخواهم بدانم"),
        ("Zoë", "Ça alors ! 😂👩\u200d🔬❤\ufe0f👍🏽"),
        ("अनु", "मुझे उम्मीद नहीं थी।"),
    ],
)
def test_other_languages_pass_through_unchanged(speaker: str, text: str) -> None:
    line = transcript_line({**UTTERANCE, "speaker": speaker, "text": text}, 60.0)
    assert line == f"1.0 - 2.5 seconds, {speaker}: {text}"


@given(st.text(), st.text())
def test_no_transcript_adds_a_marker_or_a_line(text: str, speaker: str) -> None:
    utterance = {**UTTERANCE, "text": text, "speaker": speaker}
    line = transcript_line(utterance, 60.0)
    asked = request({**ROW, "utterances": [utterance]}, [line], WHOLE, 0)
    assert [part for part in asked if isinstance(part, range)] == [range(3), range(3, 6)]
    assert written(asked).count("<") == 4  # of <Video> and </Video>, twice
    assert len(line.splitlines()) <= 1
    assert not set("<>[]") & set(line)
