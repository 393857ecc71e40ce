"""Faces that are made unrecognisable."""

import numpy as np
import pytest

from pipeline.export.media.covering import Plane, cover
from pipeline.export.media.job import Cover

FACE = Cover((1.0, 2.0), (4000, 4000, 5000, 5000, 6000, 4000, 7000, 5000))


def _noise() -> Plane:
    return np.random.default_rng(0).integers(0, 256, (200, 200), np.uint8)


def _changed(time_s: float) -> tuple[np.ndarray[tuple[int, ...], np.dtype[np.bool_]], Plane]:
    before, after = _noise(), _noise()
    cover([after], [FACE], time_s)
    return before != after, after


def test_of_a_face_sixteen_means_are_left() -> None:
    _, after = _changed(1.0)
    assert len(np.unique(after[80:100, 80:100])) <= 16


def test_between_two_sightings_the_box_moves_in_a_straight_line() -> None:
    changed, _ = _changed(1.5)
    columns = np.flatnonzero(changed.any(axis=0))
    assert columns.min() == pytest.approx(94, abs=2)  # the middle is at 110, the half grown to 16
    assert columns.max() == pytest.approx(125, abs=2)


def test_a_face_that_is_lost_stays_covered_for_a_second_and_grows() -> None:
    still, _ = _changed(2.0)
    lost, _ = _changed(2.9)
    assert lost.sum() > still.sum() > 0
    assert lost[still].mean() > 0.95
    assert not _changed(3.1)[0].any()


def test_a_face_at_the_edge_is_covered_as_far_as_it_is_seen() -> None:
    plane = _noise()
    cover([plane], [Cover((0.0,), (-500, -500, 500, 500))], 0.0)
    assert len(np.unique(plane[:12, :12])) <= 16


def test_planes_of_half_the_size_are_covered_alike() -> None:
    luma, chroma = _noise(), _noise()[:100, :100].copy()
    cover([luma, chroma], [FACE], 1.0)
    assert len(np.unique(chroma[40:50, 40:50])) <= 16
