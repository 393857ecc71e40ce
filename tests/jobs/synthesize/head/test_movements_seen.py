"""Movements as they are seen in the pictures: where the truth says, to one frame."""

from fractions import Fraction
from functools import cache
from pathlib import Path

import av
import numpy as np
import pytest
import torch

from jobs.synthesize.behaviour.patterns import patterns
from jobs.synthesize.files.video import Quality, write_clip
from jobs.synthesize.head.canvas import Canvas
from jobs.synthesize.head.light import draw_light
from jobs.synthesize.plan import Movement, MovementKind
from jobs.synthesize.scene.developing import Stock
from jobs.synthesize.scene.look import Look
from jobs.synthesize.speech.track import Sound
from tests.jobs.synthesize.head.measuring import (
    SIZE,
    amplitudes,
    canvas_of,
    course,
    play,
    shift_of,
    strengths_of,
)

SOME = ("happiness.full", "contempt.dimple")
REST = [
    pytest.param(name, marks=pytest.mark.slow) for name in sorted(patterns()) if name not in SOME
]
COURSES: dict[MovementKind, tuple[tuple[int, int, int], float]] = {
    "macro": ((7, 19, 50), 0.8),
    "micro": ((8, 11, 16), 0.3),
}
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)


@cache
def _canvas() -> Canvas:
    return canvas_of(5)


def _movement(pattern: str, kind: MovementKind, fps: Fraction) -> Movement:
    frames, intensity = COURSES[kind]
    onset_s, apex_s, offset_s = (float(frame / fps) for frame in frames)
    one_sided = patterns()[pattern].one_sided
    side = "left" if one_sided else "both"
    numbers = patterns()[pattern].numbers
    return Movement(
        "ANNA",
        kind,
        0,
        pattern,
        numbers,
        side,
        onset_s,
        apex_s,
        offset_s,
        intensity,
    )


def _times(fps: Fraction) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    return np.arange(60) / float(fps)


@pytest.mark.parametrize("fps", [Fraction(25), Fraction(30)], ids=str)
@pytest.mark.parametrize("kind", ["macro", "micro"])
@pytest.mark.parametrize("pattern", [*SOME, *REST])
def test_onset_apex_and_offset_are_seen_where_they_are(
    pattern: str, kind: MovementKind, fps: Fraction
) -> None:
    units, strengths = strengths_of([_movement(pattern, kind, fps)], _times(fps))
    pictures = np.einsum("nchw,c->nhw", play(_canvas(), units, strengths), _LUMA)
    shift = shift_of(_canvas(), units, strengths.max(axis=0))
    seen = course(amplitudes(pictures, shift))
    assert np.abs(np.subtract(seen, COURSES[kind][0])).max() <= 1


@pytest.mark.parametrize("pattern", [*SOME, *REST])
def test_a_micro_expression_is_seen_through_grain_and_encoder(tmp_path: Path, pattern: str) -> None:
    fps = Fraction(25)
    units, strengths = strengths_of([_movement(pattern, "micro", fps)], _times(fps))
    frames = torch.from_numpy(play(_canvas(), units, strengths))
    look = Look(SIZE, SIZE, fps, draw_light(np.random.default_rng(0)), 0.0, 1.0, 1.0, 1.0, 1.0, 22)
    developed = Stock(look, np.random.default_rng(1)).develop(frames)
    sound = Sound(np.zeros(24_000, np.float32), 24_000, "stand-in")
    write_clip(tmp_path / "a.mp4", developed, fps, sound, Quality(crf=look.crf))
    with av.open(tmp_path / "a.mp4") as container:
        decoded = [frame.to_ndarray()[:SIZE] for frame in container.decode(video=0)]
    pictures = np.stack(decoded).astype(np.float32) / 219
    pictures[0] = pictures[:6].mean(axis=0)  # rest, with less grain
    found = amplitudes(pictures, shift_of(_canvas(), units, strengths.max(axis=0)))
    onset, apex, offset = course(found, rest=0.3)
    truth = COURSES["micro"][0]
    assert abs(apex - truth[1]) <= 1
    assert abs(onset - truth[0]) <= 2
    assert abs(offset - truth[2]) <= 2
