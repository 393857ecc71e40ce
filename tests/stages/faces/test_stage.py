import io
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from stages import rows
from stages.faces import FacesConfig, FacesStage
from stages.faces.alignment import pose
from stages.faces.crops import cut_face, cut_faces
from stages.faces.detectors.detector import Detection, Trust
from stages.faces.poses import track_poses
from stages.faces.stage import find_tracks, sample_frames
from tests.rows import schema_of, source

RATE = 25.0
MOUTH = (slice(140, 165), slice(125, 165))  # rows and columns in the portrait
CASES = Path(__file__).parents[2] / "cases"
SAMPLES = Path(__file__).parents[3] / "samples"


@pytest.fixture(scope="module")
def stage():
    return FacesStage(FacesConfig())


def _row(frames, times_s=None):
    times_s = np.arange(len(frames)) / RATE if times_s is None else times_s
    return {
        **source(),
        "start_s": 0.0,
        "end_s": len(frames) / RATE,
        "analysis_frames": frames,
        "analysis_times_s": list(times_s),
        "warnings": ["from before"],
        "error": None,
    }


def _run(stage, frames, times_s=None):
    (row,) = stage([_row(frames, times_s)])
    assert row["error"] is None
    return row


def test_a_still_face_gives_one_track_and_crops_equal_to_the_last_bit(stage, portrait_frame):
    row = _run(stage, np.stack([portrait_frame] * 40))
    (face,) = row["faces"]
    assert (face["track_id"], face["start_s"], face["end_s"]) == (0, 0.0, 39 / RATE)
    assert face["coverage"] == 1.0
    assert 0.5 < face["score"] <= 1
    x0, y0, x1, y1 = face["box"]
    assert x0 < 0.5 < x1
    assert y0 < 0.42 < y1
    assert row["crops"].shape == (40, 112, 112, 3)
    assert (row["crops"] == row["crops"][0]).all()
    assert row["crop_times_s"] == [index / RATE for index in range(40)]
    assert row["crop_track_ids"] == [0] * 40
    assert row["warnings"] == ["from before"]
    boxes = np.array(face["boxes"]).reshape(-1, 4) / 10_000
    assert face["box_times_s"] == row["crop_times_s"]
    np.testing.assert_allclose(boxes, [face["box"]] * 40, atol=1e-4)
    assert Image.open(io.BytesIO(row["face_strip"]["bytes"])).size == (6 * 112, 112)


def test_the_columns_are_those_of_the_contract(stage, portrait_frame):
    row = _run(stage, np.stack([portrait_frame] * 5))
    assert "analysis_frames" not in row
    assert "analysis_times_s" not in row
    assert set(stage.spec.writes) <= row.keys()
    (back,) = rows.from_table(rows.to_table([row], schema_of(stage.spec.writes)))
    np.testing.assert_array_equal(back["crops"], row["crops"])
    assert back["faces"][0]["box"] == pytest.approx(row["faces"][0]["box"])
    for name in ("boxes", "box_times_s"):
        assert back["faces"][0][name] == row["faces"][0][name]
    assert back["face_strip"] == row["face_strip"]


def test_a_twitch_of_the_mouth_for_eighty_milliseconds_is_kept(stage, portrait_frame):
    frames = np.stack([portrait_frame] * 50)
    frames[20:22][:, *MOUTH] = frames[20:22][:, *MOUTH][:, ::-1]
    crops = _run(stage, frames)["crops"].astype(int)
    steps = np.abs(np.diff(crops, axis=0)).mean(axis=3)
    moved = steps.max(axis=(1, 2))
    assert set(np.flatnonzero(moved > 40)) == {19, 21}
    onset = steps[19]
    assert onset[75:110, 30:82].mean() > 5
    assert onset[:60].mean() < 0.5
    assert steps[[0, 10, 30, 40]].mean() < 0.1


class JitteringDetector:
    """Sees the portrait's face, off by up to two pixels at each side."""

    box = np.array([90.0, 65, 195, 170])
    trust = Trust(begins=0.5, sure=0.6)

    def __init__(self):
        self._random = np.random.default_rng(11)

    def one(self):
        return Detection(self.box + self._random.uniform(-2, 2, 4), 0.9)

    def detect(self, frames):
        for _ in frames:
            yield [self.one()]


def test_a_jittering_detector_does_not_make_a_still_face_move(portrait_frame):
    frames = np.stack([portrait_frame] * 100)
    config = FacesConfig()
    tracks = find_tracks(frames, np.arange(100) / RATE, JitteringDetector(), config)
    poses = [track_poses(frames, track, config.smooth_s) for track in tracks]
    crops = cut_faces(frames, tracks, poses).crops
    step = np.abs(np.diff(crops.astype(int), axis=0)).mean(axis=(1, 2, 3))
    detector = JitteringDetector()
    raw = np.stack([cut_face(portrait_frame, pose(detector.one()), 1)[0] for _ in range(20)])
    raw_step = np.abs(np.diff(raw.astype(int), axis=0)).mean()
    assert len(crops) == 100
    assert raw_step > 3  # grey levels: what jitter looks like without smoothing
    assert step.mean() < 0.03 * raw_step
    assert step.max() < 0.1 * raw_step


def test_a_cut_ends_the_track_even_where_the_next_face_is_at_the_same_place(
    stage, portrait, to_i420
):
    other = portrait[:, ::-1].copy()
    other[:, :70] = other[:, 220:] = (20, 60, 20)
    shifted = np.roll(other, -6, axis=1)
    frames = np.stack([to_i420(portrait)] * 25 + [to_i420(shifted)] * 20)
    row = _run(stage, frames)
    spans = sorted((face["start_s"], face["end_s"]) for face in row["faces"])
    assert spans == [(0.0, 24 / RATE), (25 / RATE, 44 / RATE)]
    assert row["faces"][0]["start_s"] == 0.0
    assert row["faces"][0]["coverage"] == pytest.approx(25 / 45)
    assert set(row["crop_track_ids"]) == {0, 1}
    assert row["crop_times_s"] == pytest.approx([index / RATE for index in range(45)])


def test_a_face_that_is_hidden_for_a_while_stays_one_track(stage, portrait, to_i420):
    hidden = portrait.copy()
    hidden[55:185, 90:200] = (90, 80, 80)  # a hand, a head that turns away
    back = np.roll(portrait, 12, axis=1)
    pictures = [to_i420(picture) for picture in (portrait, hidden, back)]
    frames = np.repeat(np.stack(pictures), (5, 9, 5), axis=0)
    row = _run(stage, frames, np.arange(19) / 5)
    (face,) = row["faces"]
    assert (face["start_s"], face["end_s"]) == (0.0, 18 / 5)


def test_as_many_tracks_get_crops_as_asked_for(portrait, to_i420):
    pair = np.concatenate([portrait, portrait], axis=1)
    frames = np.stack([to_i420(pair)] * 5)
    for asked in (0, 1, 2):
        row = _run(FacesStage(FacesConfig(crop_tracks=asked)), frames)
        assert [face["track_id"] for face in row["faces"]] == [0, 1]
        assert row["crop_track_ids"] == [track for track in range(asked) for _ in range(5)]
        assert len(row["crops"]) == len(row["crop_times_s"]) == 5 * asked
        assert (row["face_strip"] is None) == (asked == 0)


@pytest.mark.parametrize("shape", [(0, 432, 288), (0, 0, 0), (3, 24, 16), (2, 3, 2), (5, 270, 320)])
def test_a_window_without_a_face_is_no_fault(stage, shape):
    row = _run(stage, np.full(shape, 16, np.uint8))
    assert row["faces"] == []
    expected = ["No face was found in its pictures."] if shape[0] else []
    assert row["warnings"] == ["from before", *expected]
    assert row["crops"].shape == (0, 112, 112, 3)
    assert row["crops"].dtype == np.uint8
    assert (row["crop_times_s"], row["crop_track_ids"], row["face_strip"]) == ([], [], None)


def test_one_frame_can_hold_a_face(stage, portrait_frame):
    row = _run(stage, portrait_frame[None], [3.5])
    assert [(face["start_s"], face["end_s"]) for face in row["faces"]] == [(3.5, 3.5)]
    assert row["crop_times_s"] == [3.5]


def test_frames_that_come_unevenly_keep_their_own_times(stage, portrait_frame):
    times_s = np.cumsum([0.0, 0.04, 0.3, 0.04, 0.5, 0.1, 0.1, 0.02])
    row = _run(stage, np.stack([portrait_frame] * 8), times_s)
    assert row["crop_times_s"] == pytest.approx(times_s.tolist())


def test_the_same_window_gives_the_same_row(stage, portrait_frame):
    noise = np.random.default_rng(1).integers(0, 4, (12, *portrait_frame.shape), dtype=np.uint8)
    frames = np.minimum(portrait_frame[None], 250) + noise
    first, second = _run(stage, frames), _run(stage, frames)
    assert first["faces"] == second["faces"]
    np.testing.assert_array_equal(first["crops"], second["crops"])


def test_read_only_frames_are_left_as_they_are(stage, portrait_frame):
    frames = np.stack([portrait_frame] * 3)
    frames.flags.writeable = False
    assert len(_run(stage, frames)["crops"]) == 3


@pytest.mark.parametrize(
    ("sample", "people"), [("context", 2), ("contradicting_words", 1), ("masked", 1)]
)
def test_the_bundled_samples_hold_their_faces_throughout(stage, sample, people):
    with av.open(str(SAMPLES / f"{sample}.mp4")) as container:
        shown = [frame for frame in container.decode(video=0) if frame.time < 2.0]
    frames = np.stack([frame.reformat(format="yuv420p").to_ndarray() for frame in shown])
    row = _run(stage, frames, [frame.time for frame in shown])
    assert len(row["faces"]) == people
    assert all(face["coverage"] > 0.9 for face in row["faces"])


def test_a_face_on_every_picture_of_a_slow_clip_is_one_track(stage):
    with av.open(str(CASES / "low_rate" / "half_fps.mp4")) as container:  # a picture every 2 s
        shown = list(container.decode(video=0))
    frames = np.stack([frame.reformat(format="yuv420p").to_ndarray() for frame in shown])
    row = _run(stage, frames, [frame.time for frame in shown])
    (face,) = row["faces"]
    assert (face["start_s"], face["end_s"], face["coverage"]) == (0.0, shown[-1].time, 1.0)
    assert row["warnings"] == ["from before"]


@settings(deadline=None)
@given(
    st.lists(st.floats(0.001, 3), max_size=40).map(lambda steps: np.cumsum([0.0, *steps])),
    st.floats(0.1, 60),
)
def test_a_shot_is_sampled_from_its_first_frame_to_its_last(times_s, fps):
    chosen = sample_frames(times_s, fps)
    assert chosen[0] == 0
    assert chosen[-1] == len(times_s) - 1
    assert (np.diff(chosen) > 0).all()
    assert len(chosen) <= np.ceil((times_s[-1] - times_s[0]) * fps) + 1
