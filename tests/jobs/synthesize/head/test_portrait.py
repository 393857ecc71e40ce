"""A head that moves."""

import numpy as np
import numpy.typing as npt
import pytest

from jobs.synthesize.head.canvas import Canvas
from jobs.synthesize.head.mesh import load_mesh
from tests.jobs.synthesize.head.measuring import SIZE, canvas_of, play

Picture = npt.NDArray[np.float32]
UNITS = ("eyeBlinkLeft", "eyeBlinkRight", "jawOpen", "mouthSmileLeft")


@pytest.fixture(scope="module")
def canvas() -> Canvas:
    return canvas_of(9)


def _posed(canvas: Canvas, **strengths: float) -> Picture:
    values = np.array([[strengths.get(unit, 0.0) for unit in UNITS]], np.float32)
    found: Picture = play(canvas, UNITS, values)[0]
    return found


def _about(canvas: Canvas, vertices: npt.NDArray[np.integer], half: int) -> tuple[slice, slice]:
    places = canvas.view.project(canvas.placed[vertices])
    column, row = places[:, 0].mean() - (canvas.view.size[1] - SIZE) / 2, places[:, 1].mean()
    return slice(int(row) - half, int(row) + half), slice(int(column) - half, int(column) + half)


def test_at_rest_it_is_the_canvas(canvas: Canvas) -> None:
    left = round((canvas.view.size[1] - SIZE) / 2)
    picture = canvas.picture[:SIZE, left : left + SIZE]
    expected = (picture[..., :3] + 0.5 * (1 - picture[..., 3:])).transpose(2, 0, 1)
    off = np.abs(_posed(canvas) - expected).max(axis=0)
    assert np.median(off) < 0.01
    assert (off > 0.1).mean() < 0.02  # eyes and lips are drawn over


def test_a_blink_hides_the_eye_and_moves_nothing_else(canvas: Canvas) -> None:
    rest, shut = _posed(canvas), _posed(canvas, eyeBlinkLeft=1.0)
    left, right = (
        _about(canvas, load_mesh().vertices_of(eye), 5) for eye in ("left_eye", "right_eye")
    )
    assert rest[:, *left].std() > 1.5 * shut[:, *left].std()
    assert np.abs(rest[:, *right] - shut[:, *right]).max() < 0.02
    assert np.abs(rest[:, SIZE // 2 + 20 :] - shut[:, SIZE // 2 + 20 :]).max() < 0.05


def test_an_open_mouth_is_dark_between_the_lips(canvas: Canvas) -> None:
    lips = np.flatnonzero(load_mesh().lips > 0.5)
    rows, columns = _about(canvas, lips, 6)
    below = slice(rows.start + 4, rows.stop + 6)
    rest, wide = _posed(canvas), _posed(canvas, jawOpen=0.8)
    assert wide[:, below, columns].min() < 0.6 * rest[:, below, columns].min()
    forehead = slice(20, 60)
    assert np.abs(rest[:, forehead] - wide[:, forehead]).max() < 0.02


def test_a_smile_on_the_left_is_on_the_right_of_the_picture(canvas: Canvas) -> None:
    change = np.abs(_posed(canvas) - _posed(canvas, mouthSmileLeft=1.0)).sum(axis=0)
    rows, _ = _about(canvas, np.flatnonzero(load_mesh().lips > 0.5), 25)
    assert change[rows, SIZE // 2 :].sum() > 3 * change[rows, : SIZE // 2].sum()


def test_colours_stay_within_their_range(canvas: Canvas) -> None:
    assert np.isfinite(canvas.picture).all()
    assert canvas.picture[..., 3].min() >= 0
    assert canvas.picture[..., 3].max() <= 1
