"""Speech recognition with real weights: words, times, languages, and long sound."""

import re
import tracemalloc
import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from stages.listening.sound import RATE, Samples
from stages.transcribe.config import TranscribeConfig
from stages.transcribe.cues import Cue
from stages.transcribe.listening.ear import Ear
from stages.transcribe.listening.recognition import Recogniser
from stages.transcribe.listening.voice import VoiceActivity
from stages.transcribe.stage import TranscribeStage
from tests.rows import source
from tests.stages.transcribe.making import write_sound
from tests.weights.cache import BASE, SPEECH, TINY_EN, cached
from tests.weights.sentences import FRENCH, MANDARIN, SENTENCES
from tests.weights.voice import Sentence, dialogue

pytestmark = pytest.mark.weights

CLIPS, SENTENCES_A_CLIP = 8, 10
# Numbers of words by which a transcript may differ in how it writes them.
SPELLINGS = {"mr": "mister", "mrs": "missus"}


def heard(model: str, sound: Samples, language: str | None = None) -> tuple[list[Cue], Ear]:
    """The utterances of a sound, and who heard them."""
    config = TranscribeConfig(asr=str(cached(model)))
    recogniser = Recogniser(config, str(cached(model)))
    ear = Ear(recogniser, config, language)
    cues = [cue for block in VoiceActivity(config).blocks([sound]) for cue in ear.cues(block)]
    return sorted(cues, key=lambda cue: cue.start_s), ear


def words_of(text: str) -> list[str]:
    words = re.sub(r"[^a-z0-9' ]", " ", text.lower()).split()
    return [SPELLINGS.get(word, word) for word in words]


def word_errors(said: list[str], found: list[str]) -> int:
    """Substitutions, deletions and insertions (Levenshtein)."""
    costs = list(range(len(found) + 1))
    for row, word in enumerate(said, 1):
        before, costs[0] = costs[0], row
        for column, other in enumerate(found, 1):
            least = min(costs[column] + 1, costs[column - 1] + 1, before + (word != other))
            before, costs[column] = costs[column], least
    return costs[-1]


@pytest.fixture(scope="module")
def clips() -> list[tuple[Samples, list[Sentence]]]:
    rng = np.random.default_rng(5)
    orders = [rng.permutation(len(SENTENCES))[:SENTENCES_A_CLIP] for _ in range(CLIPS)]
    return [dialogue([SENTENCES[at] for at in order], ["en-us", "en"], rng) for order in orders]


@pytest.mark.parametrize(("model", "errors"), [(BASE, 0.06), (TINY_EN, 0.12)])
def test_spoken_sentences_are_utterances_at_their_times(
    clips: list[tuple[Samples, list[Sentence]]], model: str, errors: float
) -> None:
    late_s, wrong, said = [], 0, 0
    for sound, truth in clips:
        cues, _ = heard(model, sound, "en")
        assert len(cues) == len(truth)
        late_s += [abs(cue.start_s - own.start_s) for cue, own in zip(cues, truth, strict=True)]
        wanted = [word for own in truth for word in words_of(own.text)]
        wrong += word_errors(wanted, [word for cue in cues for word in words_of(cue.text)])
        said += len(wanted)
    print(
        f"{model}: start error median {np.median(late_s):.3f} s, p90 {np.quantile(late_s, 0.9):.3f}"
        f" s; word error rate {wrong / said:.3f}"
    )
    assert np.quantile(late_s, 0.9) <= 0.1
    assert wrong / said <= errors


def readings() -> Iterator[tuple[Samples, str]]:
    """LibriVox's sentences and their words."""
    folder = cached(SPEECH)
    told = re.findall(r"<s> (.*?)\s*</s> \((.*?)\)", (folder / "transcription").read_text())
    for text, name in told:
        with wave.open(str(folder / f"{name}.wav")) as file:
            assert file.getframerate() == RATE
            content = file.readframes(file.getnframes())
        yield np.frombuffer(content, "<i2").astype(np.float32) / 2**15, text


@pytest.mark.parametrize("model", [BASE, TINY_EN])
def test_read_speech_is_understood(model: str) -> None:
    wrong = said = 0
    for sound, text in readings():
        cues, _ = heard(model, sound, "en")
        found = [word for cue in cues for word in words_of(cue.text)]
        wrong += word_errors(words_of(text), found)
        said += len(words_of(text))
    print(f"{model}: word error rate on read speech {wrong / said:.3f}")
    assert wrong / said <= 0.06


def test_the_language_of_speech_is_found(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    english, _ = dialogue(SENTENCES[:3], ["en-us"], rng)
    mandarin, _ = dialogue(MANDARIN, ["cmn"], rng)
    assert heard(BASE, english)[1].language == "en"
    assert heard(BASE, mandarin)[1].language == "zh"
    french, _ = dialogue(FRENCH, ["fr"], np.random.default_rng(3))
    letter = write_sound(tmp_path / "letter.wav", french)
    config = TranscribeConfig(asr=str(cached(BASE)))
    (row,) = TranscribeStage(config, {})([source(video_id="letter", uri=str(letter))])
    assert row["language"] == "fr"


def test_an_english_model_names_no_language_and_is_not_believed_in_another() -> None:
    rng = np.random.default_rng(1)
    mandarin, said = dialogue(MANDARIN, ["cmn"], rng)
    cues, ear = heard(TINY_EN, mandarin)
    assert ear.language is None
    assert any("knows English alone" in warning for warning in ear.warnings)
    cues, ear = heard(TINY_EN, mandarin, "zh")
    assert [cue.text for cue in cues] == [""] * len(said)


def test_long_sound_is_heard_in_bounded_memory() -> None:
    """Forty minutes, made of the read sentences over and over, a piece at a time."""
    config = TranscribeConfig()
    sentences = [sound for sound, _ in readings()]

    def pieces(minutes: int) -> Iterator[Samples]:
        length = 0
        while length < minutes * 60 * RATE:
            for sound in sentences:
                yield sound
                length += len(sound)

    def peak(minutes: int) -> int:
        tracemalloc.start()
        found = sum(len(block.spans) for block in VoiceActivity(config).blocks(pieces(minutes)))
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert found > 5 * minutes
        return most

    assert peak(40) < 1.3 * peak(12)
