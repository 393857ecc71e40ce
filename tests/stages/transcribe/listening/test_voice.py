from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stages.listening.sound import RATE, Samples
from stages.transcribe.config import TranscribeConfig
from stages.transcribe.listening import voice
from stages.transcribe.listening.voice import (
    FRAME,
    Span,
    SpeechBlock,
    VoiceActivity,
    quietest,
    speech_spans,
    split_at_quietest,
    with_margins,
)
from tests.stages.transcribe.making import speech_at
from tests.stages.transcribe.making import voice as spoken

CONFIG = TranscribeConfig(max_utterance_s=30)


def in_pieces(samples: Samples, length: int) -> Iterator[Samples]:
    for begins in range(0, len(samples), length):
        yield samples[begins : begins + length]


def found(blocks: list[SpeechBlock]) -> list[Span]:
    return [(block.start + a, block.start + b) for block in blocks for a, b in block.parts]


def conversation(turns: int, longest_pause_s: float = 2.5) -> Samples:
    rng = np.random.default_rng(0)
    parts = []
    for seed in range(turns):
        pause = rng.normal(size=int(RATE * rng.uniform(0.1, longest_pause_s)))
        parts += [spoken(rng.uniform(0.3, 4), seed), pause.astype(np.float32) * 0.001]
    return np.concatenate(parts)


def as_faster_whisper_finds_it(samples: Samples, config: TranscribeConfig) -> list[Span]:
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    options = VadOptions(
        threshold=config.vad_threshold,
        min_speech_duration_ms=round(config.min_speech_s * 1000),
        min_silence_duration_ms=round(config.min_pause_s * 1000),
        speech_pad_ms=round(config.speech_margin_s * 1000),
    )
    return [(span["start"], span["end"]) for span in get_speech_timestamps(samples, options)]


@pytest.mark.parametrize("piece", [160_000, 7777, 300])
def test_speech_is_found_as_in_the_whole_sound_however_it_is_cut(
    piece: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(voice, "BLOCK_FRAMES", 10 * RATE // FRAME)  # many borders
    samples = conversation(30)
    blocks = list(VoiceActivity(CONFIG).blocks(in_pieces(samples, piece)))
    assert len(blocks) > 4
    assert found(blocks) == as_faster_whisper_finds_it(samples, CONFIG)


def test_blocks_hold_the_whole_sound_once() -> None:
    samples = conversation(20)
    blocks = list(VoiceActivity(CONFIG).blocks(in_pieces(samples, 50_000)))
    assert np.array_equal(np.concatenate([block.samples for block in blocks]), samples)
    starts = np.cumsum([0, *(len(block.samples) for block in blocks)])[:-1]
    assert [block.start for block in blocks] == starts.tolist()


def test_speech_is_found_where_it_is() -> None:
    samples = speech_at([(1.0, 2.5), (4.0, 5.0)], 6.0)
    spans = found(list(VoiceActivity(CONFIG).blocks([samples])))
    assert np.array(spans) / RATE == pytest.approx(np.array([(1, 2.5), (4, 5)]), abs=0.2)


@pytest.mark.parametrize("seconds", [0.0, 0.01, 3.0])
def test_silence_and_no_sound_hold_no_speech(seconds: float) -> None:
    samples = np.zeros(int(seconds * RATE), np.float32)
    assert found(list(VoiceActivity(CONFIG).blocks([samples]))) == []


def test_noise_and_a_tone_are_no_speech() -> None:
    rng = np.random.default_rng(0)
    noise = (0.05 * rng.normal(size=3 * RATE)).astype(np.float32)
    tone = np.sin(np.arange(3 * RATE) * 2 * np.pi * 440 / RATE).astype(np.float32) * 0.3
    assert found(list(VoiceActivity(CONFIG).blocks([noise, tone]))) == []


def test_speech_without_a_pause_is_parted_and_blocks_stay_bounded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(voice, "BLOCK_FRAMES", 5 * RATE // FRAME)
    samples = spoken(40.0)
    config = TranscribeConfig(max_utterance_s=4, vad_threshold=0.05)
    blocks = list(VoiceActivity(config).blocks(in_pieces(samples, RATE)))
    assert max(len(block.samples) for block in blocks) <= 12 * RATE
    spans = found(blocks)
    assert sum(b - a for a, b in spans) > 0.95 * len(samples)
    assert max(b - a for a, b in spans) <= 4 * RATE + FRAME


probabilities = st.lists(st.floats(0, 1, width=32), max_size=120).map(
    lambda values: np.array(values, np.float32)
)


@settings(deadline=None)
@given(probabilities, st.floats(0.125, 0.875, width=32), st.floats(0.5, 10))
def test_spans_are_apart_and_begin_where_speech_is_sure(
    speech: np.ndarray, threshold: float, pause: float
) -> None:
    spans = speech_spans(speech, threshold, pause)
    for first, last in spans:
        assert 0 <= first < last <= len(speech)
        assert speech[first] >= threshold
    for (_, ends), (begins, _) in pairwise(spans):
        assert begins - ends >= pause
    outside = np.ones(len(speech), bool)
    for first, last in spans:
        outside[first:last] = False
    assert not (speech[outside] >= threshold).any()


@settings(deadline=None)
@given(st.lists(st.integers(1, 50), max_size=30), st.integers(0, 30), st.integers(0, 40))
def test_margins_never_make_speech_overlap(lengths: list[int], margin: int, rest: int) -> None:
    edges = np.cumsum(lengths).tolist()
    spans = list(zip(edges[::2], edges[1::2], strict=False))
    length = (edges[-1] if edges else 0) + rest
    kept = with_margins(spans, length, margin)
    for (begins, ends), (a, b) in zip(spans, kept, strict=True):
        assert 0 <= a <= begins < ends <= b <= length
        assert begins - a <= margin
        assert b - ends <= margin
    for (_, one), (other, _) in pairwise(kept):
        assert one <= other


@settings(deadline=None)
@given(st.integers(1, 400), st.integers(4, 50), st.randoms(use_true_random=False))
def test_long_speech_is_split_into_parts_that_join(
    frames: int, longest: int, random: object
) -> None:
    speech = np.array([random.random() for _ in range(frames)], np.float32)
    parts = split_at_quietest((0, frames * FRAME), speech, longest)
    assert parts[0][0] == 0
    assert parts[-1][1] == frames * FRAME
    for (_, one), (other, _) in pairwise(parts):
        assert one == other
    assert all(0 < b - a <= longest * FRAME for a, b in parts)


def test_the_quietest_place_is_where_speech_is_least_sure() -> None:
    speech = np.ones(100, np.float32)
    speech[60:65] = 0.1
    speech[10] = 0.0
    assert quietest(speech, 0, 100) == 62
