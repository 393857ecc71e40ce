"""People who cross, hide, leave and come back."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from stages.faces import FacesConfig
from stages.faces.detectors.detector import Detection
from stages.faces.detectors.yunet.detector import YunetDetector
from stages.faces.rejoining import rejoin
from stages.faces.stage import find_tracks
from stages.faces.tracklet import Tracklet

RATE = 6.0
WALL = Image.fromarray(
    np.random.default_rng(2).integers(40, 160, (6, 16, 3), dtype=np.uint8)
).resize((640, 240))
ANN, BEA = np.eye(768, dtype=np.float32)[:2]


def _seen(looks, start_s, x=0.0, number=3):
    box = np.array([x, 0, x + 80, 80])
    times_s = [start_s + index / 3 for index in range(number)]
    return Tracklet(times_s, [Detection(box, 0.9, looks=looks)] * number)


def _spans(tracklets, max_gap_s=3.0):
    return [
        [(part.times_s[0], round(part.times_s[-1], 2)) for part in face]
        for face in rejoin(tracklets, max_gap_s)
    ]


def test_one_who_comes_back_after_a_long_time_is_the_same_face_with_a_gap():
    assert _spans([_seen(ANN, 0), _seen(ANN, 9, x=100)]) == [[(0, 0.67), (9, 9.67)]]


def test_a_short_gap_is_closed():
    assert _spans([_seen(ANN, 0), _seen(ANN, 2)]) == [[(0, 2.67)]]


@pytest.mark.parametrize(("looks", "x"), [(BEA, 0.0), (ANN, 300.0), (None, 0.0)])
def test_who_looks_different_or_is_far_away_or_unknown_is_another(looks, x):
    assert len(rejoin([_seen(ANN, 0), _seen(looks, 9, x)], 3.0)) == 2


def test_who_are_seen_together_are_two_however_alike():
    assert len(rejoin([_seen(ANN, 0), _seen(ANN, 0.1)], 3.0)) == 2


def test_where_either_of_two_twins_may_have_come_back_nobody_is_joined():
    twins = [_seen(ANN, 0, x=0), _seen(ANN, 0, x=90)]
    assert len(rejoin([*twins, _seen(ANN, 9, x=40)], 3.0)) == 3
    assert len(rejoin([_seen(ANN, 0, x=40), *[_seen(ANN, 9, x=x) for x in (0, 90)]], 3.0)) == 3


@settings(deadline=None, max_examples=50)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([ANN, BEA]), st.integers(0, 40), st.integers(0, 3), st.integers(1, 9)
        ),
        max_size=8,
    )
)
def test_every_tracklet_is_in_one_face_and_no_face_is_in_two_places(facts):
    tracklets = [_seen(looks, start / 2, 60.0 * x, number) for looks, start, x, number in facts]
    faces = rejoin(tracklets, 3.0)
    used = [time for face in faces for part in face for time in part.times_s]
    assert sorted(used) == sorted(time for one in tracklets for time in one.times_s)
    for face in faces:
        times_s = np.concatenate([part.times_s for part in face])
        assert (np.diff(times_s) > 0).all()
        assert (
            len({detection.looks.argmax() for part in face for detection in part.detections}) == 1
        )


@pytest.fixture(scope="module")
def people(portrait):
    """Two heads on transparent ground: of the portrait, and one of dark hair with a beard."""
    head = portrait[30:190, 80:210]
    other = head[:, ::-1].copy()
    for hair in (np.s_[:52], np.s_[52:110, :26], np.s_[52:110, 108:], np.s_[138:]):
        other[hair] = other[hair] // 5
    return [_oval(Image.fromarray(one)) for one in (head, other)]


def _oval(head):
    mask = Image.new("L", head.size)
    ImageDraw.Draw(mask).ellipse((0, 0, *head.size), fill=255)
    head.putalpha(mask)
    return head


@pytest.fixture(scope="module")
def tracks_of(people, to_i420):
    """The tracks where each picture holds heads at places: (who, x), the last one in front."""

    def track(pictures):
        frames = []
        for heads in pictures:
            ground = WALL.copy()
            for who, x in heads:
                ground.paste(people[who], (int(x), 40), people[who])
            frames.append(to_i420(np.asarray(ground)))
        times_s = np.arange(len(frames)) / RATE
        config = FacesConfig()
        return find_tracks(np.stack(frames), times_s, YunetDetector(config), config)

    return track


def _whereabouts(track):
    """x of the middle of a track's box at its first frame and its last."""
    return [float(box[[0, 2]].mean()) for box in track.boxes[[0, -1]]]


def test_two_who_cross_stay_themselves(tracks_of):
    way = np.linspace(40, 460, 25)
    found = tracks_of([[(0, x), (1, 500 - x)] for x in way])
    assert len(found) == 2
    for first, last in map(_whereabouts, found):
        assert (first < 320) != (last < 320)


@pytest.mark.parametrize("away_s", [1, 5])
def test_another_in_the_same_place_is_another(tracks_of, away_s):
    empty = [[]] * int(away_s * RATE)
    found = tracks_of([[(0, 200)]] * 9 + empty + [[(1, 200)]] * 9)
    assert [len(track.frames) for track in found] == [9, 9]


def test_who_comes_back_a_little_aside_is_the_same_and_is_not_cut_while_away(tracks_of):
    (one,) = tracks_of([[(0, 200)]] * 9 + [[]] * 30 + [[(0, 300)]] * 9)
    assert len(one.frames) == 18
    assert (one.frames.min(), one.frames.max()) == (0, 47)


def test_who_passes_in_front_does_not_become_who_is_hidden(tracks_of):
    way = np.linspace(-100, 600, 25)
    found = tracks_of([[(0, 250), (1, x)] for x in way])
    stays = [track for track in found if np.ptp(track.boxes[:, 0]) < 40]
    assert len(found) == 2
    assert len(stays) == 1
    assert len(stays[0].frames) == 25
