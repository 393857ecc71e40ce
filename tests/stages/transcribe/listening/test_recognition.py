import shutil
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stages.faults import SetupError
from stages.listening.sound import RATE
from stages.transcribe.config import TranscribeConfig
from stages.transcribe.listening.recognition import (
    Recogniser,
    model_folder,
    stretches,
)
from stages.transcribe.listening.voice import SpeechBlock, VoiceActivity
from tests.stages.transcribe.making import speech_at


def load(model: Path, **config: object) -> Recogniser:
    return Recogniser(TranscribeConfig(asr=str(model), **config), str(model))


def test_a_real_model_gives_words_within_the_block_and_names_the_speech_it_missed(
    whisper: Path,
) -> None:
    config = TranscribeConfig(asr=str(whisper))
    sound = speech_at([(1.0, 2.5), (4.0, 5.0)], 6.0)
    (block,) = VoiceActivity(config).blocks([sound])
    late = replace(block, start=100 * RATE)
    recogniser = load(whisper, asr_beam_size=1)

    cues, language = recogniser.recognised(late, "zh")
    assert language == "zh"
    assert cues
    for cue in cues:
        assert cue.end_s is not None
        assert 100 <= cue.start_s < cue.end_s <= 106.5
        if cue.confidence is not None:
            assert 0 < cue.confidence <= 1
    for begins, ends in block.spans:  # all speech is accounted for, recognised or not
        assert any(
            c.start_s < 100 + ends / RATE and (c.end_s or 0) > 100 + begins / RATE for c in cues
        )
    assert recogniser.recognised(late, "zh") == (cues, language)


def test_a_language_it_is_not_sure_of_is_not_named(whisper: Path) -> None:
    sound = speech_at([(1.0, 2.5)], 3.0)
    block = SpeechBlock(0, sound, [(RATE, 2 * RATE)], [(RATE, 2 * RATE)])
    _, language = load(whisper, asr_beam_size=1).recognised(block, None)
    assert language is None  # random weights find all hundred languages alike


def test_silence_is_not_recognised(whisper: Path) -> None:
    block = SpeechBlock(0, speech_at([], 1.0), [], [])
    assert load(whisper).recognised(block, None) == ([], None)


def test_finding_out_the_language_encodes_nothing_twice(whisper: Path) -> None:
    recogniser = load(whisper, asr_beam_size=1)
    encoded: list[int] = []
    once: Any = recogniser._model.encode
    encode = once._encode

    def counted(features: Any) -> Any:
        encoded.append(len(features))
        return encode(features)

    once._encode = counted
    spans = [(RATE, 2 * RATE), (40 * RATE, 42 * RATE)]
    block = SpeechBlock(0, speech_at([(1.0, 2.0), (40.0, 42.0)], 43.0), spans, spans)
    recogniser.recognised(block, None)
    assert encoded == [2]  # two stretches, in one batch


@pytest.mark.parametrize("name", ["large-v3", "nobody/nothing", "no-such-model"])
def test_a_model_that_was_not_fetched_is_a_fault_of_the_set_up(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(SetupError) as fault:
        model_folder(name)
    for part in ("transcribe.asr", repr(name), f"download_model({name!r}"):
        assert part in str(fault.value)


@pytest.mark.parametrize("name", ["/nowhere/model", "./model", "~/no/model"])
def test_a_folder_that_is_not_there_is_said_to_be_none(name: str) -> None:
    with pytest.raises(SetupError, match=r"transcribe\.asr: there is no folder"):
        model_folder(name)


def test_a_folder_without_its_tokenizer_is_refused_and_nothing_is_fetched(
    whisper: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "model"
    shutil.copytree(whisper, folder)
    (folder / "tokenizer.json").unlink()
    with pytest.raises(SetupError, match=r"lacks tokenizer\.json.*ct2-transformers-converter"):
        load(folder)


@pytest.mark.parametrize("part", ["model.bin", "tokenizer.json"])
def test_a_folder_that_does_not_load_is_refused(whisper: Path, tmp_path: Path, part: str) -> None:
    folder = tmp_path / "model"
    shutil.copytree(whisper, folder)
    (folder / part).write_bytes(b"not a model")
    with pytest.raises(SetupError, match="does not load on cpu"):
        load(folder)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 25)), max_size=40))
def test_stretches_cover_all_speech_and_are_short_enough(gaps: list[tuple[int, int]]) -> None:
    spans, at = [], 0
    for gap, length in gaps:
        spans.append((at + gap, at + gap + length))
        at += gap + length
    joined = stretches(spans, 30)
    assert all(ends - begins <= 30 for begins, ends in joined)
    for begins, ends in spans:
        assert any(a <= begins and ends <= b for a, b in joined)
    for (_, one), (other, _) in pairwise(joined):
        assert one <= other
