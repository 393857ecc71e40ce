"""The sound track: everybody heard in time, at the right level, and nothing in between."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.signal import resample_poly

from jobs.synthesize.plan import Delivery, Dialogue, Span
from jobs.synthesize.speech.timing import Layout, lay_out
from jobs.synthesize.speech.track import SAMPLE_RATE, Samples, Sound, speak
from stages.transcribe.config import TranscribeConfig
from stages.transcribe.listening.voice import VoiceActivity
from tests.jobs.synthesize.dialogues import dialogue, drawn_dialogue


def _made(of: Dialogue, seed: int = 0, *loudness_db: float) -> tuple[Layout, Sound]:
    """The sound of a dialogue, its turns as loud as told."""
    turns = [
        replace(turn, delivery=Delivery(loudness_db=decibel))
        for turn, decibel in zip(of.turns, loudness_db, strict=False)
    ]
    of = replace(of, turns=tuple(turns) or of.turns)
    rng = np.random.default_rng(seed)
    layout = lay_out(of, rng)
    return layout, speak(of, layout.spans, layout.duration_s, rng, "stand-in")


def _part(sound: Sound, start_s: float, end_s: float) -> Samples:
    return sound.samples[round(start_s * SAMPLE_RATE) : round(end_s * SAMPLE_RATE)]


def _decibel(samples: Samples) -> float:
    return float(10 * np.log10(np.mean(np.square(samples))))


@pytest.fixture(scope="module")
def activity() -> VoiceActivity:
    return VoiceActivity(TranscribeConfig())


def test_voice_activity_detection_hears_each_turn_where_it_is(activity: VoiceActivity) -> None:
    turns = near = 0
    for seed in range(18):
        layout, sound = _made(drawn_dialogue(seed), seed)
        heard = resample_poly(sound.samples, 2, 3).astype(np.float32)
        (block,) = activity.blocks([heard])
        found = [Span(*block.seconds(span)) for span in block.spans]
        turns += len(layout.spans)
        near += sum(
            abs(a.start_s - b.start_s) < 0.25 and abs(a.end_s - b.end_s) < 0.25
            for a in layout.spans
            for b in found
        )
        assert len(found) <= len(layout.spans)  # nothing in the pauses
    assert turns >= 40
    assert near >= 0.95 * turns


def test_each_turn_has_the_level_of_its_delivery() -> None:
    of = dialogue("It is what it is.", "You missed the last train again?")
    layout, sound = _made(of, 0, -8, 4)
    levels = [_decibel(_part(sound, span.start_s, span.end_s)) for span in layout.spans]
    assert levels == pytest.approx([-28, -16], abs=0.7)


def test_pauses_are_quiet_and_never_digitally_silent() -> None:
    layout, sound = _made(dialogue("It is what it is."))
    room = _part(sound, 0, layout.spans[0].start_s)
    assert -90 < _decibel(room) < -60
    assert np.count_nonzero(room) == room.size


def test_the_loudest_voice_does_not_clip() -> None:
    _, sound = _made(dialogue("Don't touch that!"), 0, 24)
    assert 0.8 < np.abs(sound.samples).max() < 1


def test_the_sound_is_as_long_as_the_clip_and_says_what_spoke() -> None:
    layout, sound = _made(dialogue("Yes."))
    assert sound.samples.shape == (round(layout.duration_s * sound.sample_rate),)
    assert sound.samples.dtype == np.float32
    assert sound.voice == "stand-in"


def test_the_same_draw_gives_the_same_sound() -> None:
    (_, once), (_, again), (_, other) = (_made(dialogue("Yes."), seed) for seed in (1, 1, 2))
    assert np.array_equal(once.samples, again.samples)
    assert not np.array_equal(once.samples[:1000], other.samples[:1000])
