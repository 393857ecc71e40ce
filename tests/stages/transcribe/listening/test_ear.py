"""Text that cannot be trusted is left out and said to be, and times stay."""

from typing import Any

import numpy as np
import pytest

from stages.transcribe.config import TranscribeConfig
from stages.transcribe.cues import Cue
from stages.transcribe.listening.ear import Ear
from stages.transcribe.listening.recognition import Recognised
from stages.transcribe.listening.voice import SpeechBlock

SPANS = [(0, 16_000), (32_000, 48_000)]
BLOCK = SpeechBlock(0, np.zeros(64_000, np.float32), SPANS, SPANS)


class Scripted:
    """A recogniser that says what it is given, for what real weights say cannot be chosen."""

    def __init__(self, confidences: list[float], *, english: bool = False) -> None:
        self.knows_english_alone = english
        self.asked: list[str | None] = []
        self._confidences = confidences

    def knows(self, language: str) -> bool:
        return language in ("en", "zh")

    def recognised(self, block: SpeechBlock, language: str | None) -> Recognised:
        self.asked.append(language)
        cues = [
            Cue(float(at), at + 1.0, f"word {at}", "its sound", confidence=confidence)
            for at, confidence in enumerate(self._confidences)
        ]
        found = None if self.knows_english_alone else "zh"
        return Recognised(cues, language or found)


def ear(recogniser: Any, language: str | None = None, **config: Any) -> Ear:
    return Ear(recogniser, TranscribeConfig(**config), language)


def test_text_of_low_confidence_is_left_out_and_its_times_stay() -> None:
    listening = ear(Scripted([0.9, 0.12, 0.31]))
    cues = listening.cues(BLOCK)
    assert [cue.text for cue in cues] == ["word 0", "", "word 2"]
    assert (cues[1].start_s, cues[1].end_s, cues[1].confidence) == (1.0, 2.0, 0.12)
    (warning,) = listening.warnings
    assert "1 of 3" in warning
    assert "transcribe.min_confidence = 0.3" in warning


def test_how_sure_it_must_be_can_be_chosen() -> None:
    assert [cue.text for cue in ear(Scripted([0.12]), min_confidence=0).cues(BLOCK)] == ["word 0"]


def test_a_language_that_was_found_out_is_kept_for_the_next_block() -> None:
    recogniser = Scripted([0.9])
    listening = ear(recogniser)
    listening.cues(BLOCK)
    listening.cues(BLOCK)
    assert recogniser.asked == [None, "zh"]
    assert listening.language == "zh"


def test_an_english_model_is_not_sure_of_english() -> None:
    listening = ear(Scripted([0.9], english=True))
    assert [cue.text for cue in listening.cues(BLOCK)] == ["word 0"]
    assert listening.language is None
    assert "knows English alone and cannot tell the language" in listening.warnings[0]
    assert ear(Scripted([0.9], english=True), "en").warnings == []


def test_an_english_model_is_not_asked_for_another_language() -> None:
    recogniser = Scripted([0.9], english=True)
    listening = ear(recogniser, "zh")
    assert not listening.recognises
    assert [(cue.start_s, cue.text) for cue in listening.cues(BLOCK)] == [(0.0, ""), (2.0, "")]
    assert recogniser.asked == []
    assert "knows English alone and the language is 'zh'" in listening.warnings[0]


def test_without_a_recogniser_there_are_times_alone() -> None:
    listening = ear(None)
    assert [cue.text for cue in listening.cues(BLOCK)] == ["", ""]
    assert "no speech recognition was configured" in listening.warnings[0]


@pytest.mark.parametrize("language", ["tlh", "xx"])
def test_a_language_it_does_not_know_is_found_out(language: str) -> None:
    recogniser = Scripted([0.9])
    listening = ear(recogniser, language)
    listening.cues(BLOCK)
    assert recogniser.asked == [None]
    assert f"does not know the language '{language}'" in listening.warnings[0]
