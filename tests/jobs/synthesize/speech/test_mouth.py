"""Lips move with what is heard."""

import numpy as np
import numpy.typing as npt
import pytest

from jobs.synthesize.plan import Dialogue, Span
from jobs.synthesize.speech.mouth import Mouth, mouth_of
from jobs.synthesize.speech.timing import Layout, lay_out
from jobs.synthesize.speech.track import SAMPLE_RATE, Sound, speak
from tests.jobs.synthesize.dialogues import dialogue, drawn_dialogue

_STEP_S = 0.005


def _made(of: Dialogue, seed: int = 0) -> tuple[Layout, Sound]:
    rng = np.random.default_rng(seed)
    layout = lay_out(of, rng)
    return layout, speak(of, layout.spans, layout.duration_s, rng, "stand-in")


def _grid(span: Span) -> npt.NDArray[np.float64]:
    return np.arange(span.start_s, span.end_s, _STEP_S)


def _said(text: str) -> Mouth:
    """Ann's mouth while she says `text`, all through."""
    of = dialogue(text)
    layout, sound = _made(of)
    return mouth_of(of.people[0], of, layout.spans, sound, _grid(layout.spans[0]))


@pytest.mark.parametrize("seed", range(5))
def test_the_mouth_opens_with_the_sound_to_twenty_milliseconds(seed: int) -> None:
    of = drawn_dialogue(seed)
    layout, sound = _made(of, seed)
    span, speaker = layout.spans[0], of.people[0]
    times = _grid(span)
    opening = mouth_of(speaker, of, layout.spans, sound, times).opening
    samples = np.abs(sound.samples)
    reach = round(0.01 * SAMPLE_RATE)
    centres = np.round(times * SAMPLE_RATE).astype(int)
    level = np.array([samples[at - reach : at + reach].mean() for at in centres])
    lags = range(-20, 21)
    likeness = [np.corrcoef(np.roll(opening, lag)[25:-25], level[25:-25])[0, 1] for lag in lags]
    assert abs(lags[int(np.argmax(likeness))]) * _STEP_S <= 0.02
    assert max(likeness) > 0.7


@pytest.mark.parametrize("seed", range(5))
def test_nobody_moves_the_mouth_but_the_speaker_in_the_own_turn(seed: int) -> None:
    of = drawn_dialogue(seed)
    layout, sound = _made(of, seed)
    times = np.arange(0, layout.duration_s + 0.5, 1 / 60)
    for person in of.people:
        mouth = mouth_of(person, of, layout.spans, sound, times)
        own = np.zeros(times.size, bool)
        for turn, span in zip(of.turns, layout.spans, strict=True):
            if turn.speaker == person.name:
                inside = (times > span.start_s) & (times < span.end_s)
                assert mouth.opening[inside].max() > 0.3
                own |= inside
        for curve in (mouth.opening, mouth.rounding, mouth.spreading, mouth.pressing):
            assert curve.shape == times.shape
            assert curve.dtype == np.float32
            assert 0 <= curve.min() <= curve.max() <= 1
            assert not curve[~own].any()


def test_lips_close_for_m_and_open_for_the_vowel_after_it() -> None:
    mouth = _said("My mama.")
    assert mouth.pressing.max() > 0.9
    assert mouth.opening[mouth.pressing > 0.9].max() < 0.3 < mouth.opening.max()
    assert not _said("So do I.").pressing.any()


def test_vowels_round_and_spread_the_lips() -> None:
    moon, see = _said("Who knew, Sue?"), _said("She sees three.")
    assert moon.rounding.mean() > 2 * see.rounding.mean()
    assert see.spreading.mean() > 2 * moon.spreading.mean()
