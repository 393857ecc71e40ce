import re
from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from jobs.synthesize.plan import Delivery, Dialogue, Feeling, Movement, Person, Span, Turn
from jobs.synthesize.script.clues import Clue
from jobs.synthesize.script.describe import describe

ANN, BEN = Person("Ann", 0, 0.2, 0.3), Person("Ben", 1, 0.8, 0.5)
LINE = Turn(
    "Ann",
    "They read out who has to leave.",
    Feeling("neutral", ("calm",), 0.0),
    "none",
    None,
    None,
    None,
    "neutral",
    None,
    False,
    False,
    Delivery(),
)
MASKED = Turn(
    "Ben",
    "That is lovely.",
    Feeling("sadness", ("sad", "hurt"), 0.6),
    "masked",
    "sadness.brow",
    Feeling("happiness", ("content",), 0.4),
    "happiness.smile",
    "contradicting",
    "happiness",
    False,
    True,
    Delivery(0.9, 0.85, -4.0),
)
SPANS = (Span(0.5, 2.0), Span(2.5, 4.0))
SMILE = Movement("Ben", "macro", 1, "happiness.smile", (12,), "both", 2.6, 3.0, 4.0, 0.7)
LEAK = Movement("Ben", "micro", 1, "sadness.brow", (1, 4), "both", 4.36, 4.48, 4.56, 0.3)
SPEECH = Movement("Ben", "speech", None, None, (25, 26), "both", 2.48, 3.24, 4.0, 0.5)
MOVEMENTS = (SPEECH, SMILE, LEAK)


def _described(
    turn: Turn, in_view: tuple[bool, ...] = (True, True, True), seed: int = 0
) -> tuple[str, list[Clue]]:
    dialogue = Dialogue((ANN, BEN), (LINE, turn))
    rng = np.random.default_rng(seed)
    return describe(dialogue, 1, MOVEMENTS, SPANS, in_view, rng=rng)


def test_a_masked_feeling_is_told_clue_by_clue() -> None:
    text, clues = _described(MASKED)
    assert clues == [
        Clue("face", "the corners of the lips are pulled up (lip corner puller)", 2.6, 4.0),
        Clue(
            "face",
            "the inner ends of the brows rise and draw together (inner brow raiser and brow "
            "lowerer), a flash of 0.20 s",
            4.36,
            4.56,
        ),
        Clue("voice", "the voice is lower, slower and quieter than usual", 2.5, 4.0),
        Clue("text", "the words say something else: “That is lovely.”", 2.5, 4.0),
    ]
    assert "0.20 s" in text
    assert "just after Ben has spoken" in text.replace("Just", "just")
    assert re.search("content.*sad and hurt", text.rpartition("lovely")[2])


@given(st.integers(0, 2**32 - 1))
def test_what_is_not_in_view_is_not_told(seed: int) -> None:
    text, clues = _described(MASKED, (True, False, False), seed)
    assert [clue.modality for clue in clues] == ["voice", "text"]
    assert not re.search(r"lip|brow|face|content|\d", text)
    assert text.endswith("sad and hurt.")


def test_what_came_before_is_told_where_it_matters() -> None:
    turn = replace(
        MASKED,
        display="micro",
        worn=None,
        worn_pattern=None,
        text_role="neutral",
        needs_context=True,
        voice_tells=False,
        delivery=Delivery(),
    )
    text, clues = _described(turn, (True, False, True))
    assert clues[0] == Clue("context", f"Ann has just said: “{LINE.text}”", 0.5, 2.0)
    assert LINE.text in text
    assert LINE.text not in _described(MASKED)[0]
    assert [clue.modality for clue in clues] == ["context", "face"]


def test_a_neutral_turn_is_told_as_such() -> None:
    turn = replace(LINE, speaker="Ben", text="The bus leaves at ten.")
    text, clues = _described(turn, (True, False, False))
    assert [clue.modality for clue in clues] == ["face", "voice", "text"]
    assert text.endswith("Ben is calm.")


def test_a_face_that_is_not_in_view_is_not_said_to_be_at_rest() -> None:
    turn = replace(LINE, speaker="Ben", text="The bus leaves at ten.")
    text, clues = _described(turn, (False, False, False))
    assert [clue.modality for clue in clues] == ["voice", "text"]
    assert "face" not in text


def test_words_alone_are_not_said_to_agree_with_anything() -> None:
    turn = replace(
        MASKED,
        display="none",
        worn=None,
        text_role="congruent",
        voice_tells=False,
        delivery=Delivery(),
    )
    for seed in range(8):
        text, _ = _described(turn, (False, False, False), seed)
        assert re.search("It is the words that tell|What gives it away", text)


def test_the_sentences_vary() -> None:
    assert len({_described(MASKED, seed=seed)[0] for seed in range(40)}) > 20


@given(st.integers(0, 2**32 - 1))
def test_a_voice_that_is_not_heard_is_not_told(seed: int) -> None:
    neutral = replace(LINE, speaker="Ben", text="The bus leaves at ten.")
    joyful = replace(
        neutral,
        text="I won!",
        feeling=Feeling("happiness", ("glad",), 0.8),
        text_role="congruent",
    )
    for turn in (neutral, joyful):
        text, clues = describe(
            Dialogue((ANN, BEN), (LINE, turn)),
            1,
            (),
            SPANS,
            (),
            rng=np.random.default_rng(seed),
            is_heard=False,
        )
        assert [clue.modality for clue in clues] == ["text"]
        assert "voice" not in text
