"""What a model is not shown is gone, and the rest is as it was."""

import numpy as np
import pytest

from jobs.train.shown import shown, untimed, without_measured_faces, without_names
from tests.jobs.train.windows import window


def test_without_anything_left_out_it_is_the_window() -> None:
    row = window()
    assert shown(row, ()) == row


@pytest.mark.parametrize(
    ("without", "changed"),
    [
        ("frames", {"frames"}),
        ("faces", {"crops", "crop_times_s", "crop_track_ids"}),
        ("words", {"utterances"}),
        ("evidence", set()),
    ],
)
def test_what_is_left_out_and_nothing_else_is_gone(without: str, changed: set[str]) -> None:
    row = window()
    left = shown(row, [without])
    assert {name for name in row if left[name] is not row[name]} == changed
    if without == "frames":
        assert not left["frames"].any()
        assert left["frames"].shape == row["frames"].shape
    if without == "faces":
        assert not len(left["crops"])
        assert not len(left["crop_times_s"])
    if without == "words":
        assert [said["text"] for said in left["utterances"]] == ["", ""]
        times = [(said["start_s"], said["end_s"]) for said in row["utterances"]]
        assert [(said["start_s"], said["end_s"]) for said in left["utterances"]] == times


@pytest.mark.parametrize(("there", "most", "kept"), [(8, 4, 4), (8, 3, 3), (2, 4, 2), (5, 5, 5)])
def test_fewer_frames_are_spread_over_the_window(there: int, most: int, kept: int) -> None:
    row = window(frames=there)
    left = shown(row, (), most)
    assert len(left["frames"]) == len(left["frame_times_s"]) == kept
    for frame, time_s in zip(left["frames"], left["frame_times_s"], strict=True):
        assert np.array_equal(frame, row["frames"][row["frame_times_s"].index(time_s)])
    steps = np.diff(left["frame_times_s"])
    assert steps.max() - steps.min() < 2 * (3.6 / max(there - 1, 1)) + 1e-9


def test_without_times_all_frames_are_at_the_start() -> None:
    assert untimed(window(frames=3))["frame_times_s"] == [0.0] * 3


def test_without_what_was_measured_of_faces_the_voice_stays_and_the_faces_do() -> None:
    event = {"track_id": 0, "kind": "micro"}
    voiced = [{**said, "voice": {"words": "fast"}} for said in window()["utterances"]]
    row = {**window(), "micro_events": [event], "face_events": [event], "utterances": voiced}
    left = without_measured_faces(row)
    assert {name for name in row if left[name] is not row[name]} == {"micro_events", "face_events"}
    assert (left["micro_events"], left["face_events"]) == (None, None)


def test_without_names_nothing_else_is_missing() -> None:
    row = window()
    left = without_names(row)
    assert [said["speaker"] for said in left["utterances"]] == [None, None]
    named = [{**said, "speaker": "ANNA"} for said in left["utterances"]]
    assert named == row["utterances"]
    assert without_names({**row, "utterances": None})["utterances"] == []
