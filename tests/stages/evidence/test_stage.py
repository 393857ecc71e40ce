"""The stage: windows in, events, curves and speakers out."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from stages.decode import DecodeConfig, DecodeStage
from stages.evidence import EvidenceConfig, EvidenceStage
from stages.evidence.movement.points import PLACES, named
from stages.evidence.norms.norms import FILE as NORMS_FILE
from stages.evidence.spotter.network import FILE as SPOTTER_FILE
from stages.faces import FacesConfig, FacesStage
from stages.identity import revision_of
from stages.rows import from_table, to_table
from tests.rows import schema_of, source
from tests.stages.evidence import faces

FPS = 25.0
COUNT = 75
SAMPLE = Path(__file__).parents[3] / "samples" / "masked.mp4"


def _said(index, start_s, end_s):
    return {
        **dict.fromkeys(("speaker", "text", "text_confidence", "voice")),
        "index": index,
        "start_s": start_s,
        "end_s": end_s,
        "text_source": "none",
        "speaker_track": None,
        "speaker_score": None,
        "listener_tracks": None,
    }


def _face(track_id, start_s=0.0, end_s=COUNT / FPS):
    box = [0.2 + 0.3 * track_id, 0.2, 0.4 + 0.3 * track_id, 0.6]
    return {"track_id": track_id, "start_s": start_s, "end_s": end_s, "box": box, "yaw": None}


def _row(*tracks, utterances=(), window_id="v#0"):
    """A window with a face for each stack of patches, 25 a second from second 0 on."""
    patches = np.concatenate([np.empty((0, 128, 128), np.uint8), *tracks])
    lengths = [len(track) for track in tracks]
    return {
        **source(utterances=list(utterances), window_id=window_id),
        "start_s": 0.0,
        "end_s": max([*lengths, 1]) / FPS,
        "faces": [_face(track_id, end_s=n / FPS) for track_id, n in enumerate(lengths)],
        "face_patches": patches,
        "crops": np.zeros((len(patches), 112, 112, 3), np.uint8),
        "crop_times_s": [index / FPS for length in lengths for index in range(length)],
        "crop_track_ids": [track for track, length in enumerate(lengths) for _ in range(length)],
    }


def _smile(count=COUNT, apex=40):
    """A real face whose mouth corners go up and come down again within a third of a second."""
    patches = faces.resting(count)
    places = PLACES[named("mouth_corner"), :2].tolist()
    for step, share in enumerate((0.25, 0.6, 0.9, 1.0, 0.75, 0.4, 0.15)):
        halves = [
            faces.pulled(tuple(place), (-3.0 * share * side, -4.0 * share))
            for place, side in zip(places, (1, -1), strict=True)
        ]
        patches[apex - 3 + step] = np.hstack([halves[0][:, :64], halves[1][:, 64:]])
    return patches


def _run(*rows, **keys):
    done = list(EvidenceStage(EvidenceConfig(**keys))(rows))
    assert [row["error"] for row in done] == [None] * len(rows)
    return done


def _plain(row):
    """A row without what differs from run to run, for comparison."""
    return {
        name: (value.shape, value.tobytes()) if isinstance(value, np.ndarray) else value
        for name, value in row.items()
        if name != "timings"
    }


@pytest.fixture(scope="module")
def smiling():
    (row,) = _run(_row(_smile()))
    return row


@pytest.fixture(scope="module")
def sampled():
    """The first seconds of a sample up to its faces, and behind the evidence."""
    window = {
        **source(uri=str(SAMPLE), utterances=[_said(0, 1.0, 2.8)], window_id="v#0"),
        "start_s": 0.0,
        "end_s": 3.0,
        "warnings": [],
        "media": {"duration_s": 8.13},
    }
    (tracked,) = FacesStage(FacesConfig())(DecodeStage(DecodeConfig())([window]))
    (row,) = _run(tracked)
    return tracked, row


def test_a_real_face_that_smiles_for_a_moment_shows_a_micro_expression(smiling):
    (event,) = smiling["micro_events"]
    assert event["region"] in {"mouth_corners", "cheeks", "lips"}
    assert event["apex_s"] == pytest.approx(40 / FPS, abs=1 / FPS)
    assert event["onset_s"] == pytest.approx(36 / FPS, abs=2 / FPS)
    assert event["offset_s"] == pytest.approx(44 / FPS, abs=2 / FPS)
    assert smiling["face_events"] == []
    assert Image.open(io.BytesIO(event["strip"])).size == (384, 128)


def test_a_window_of_a_video_goes_through_with_every_column(sampled):
    tracked, row = sampled
    assert row["error"] is None
    assert set(EvidenceStage.spec.writes) <= row.keys()
    assert "face_patches" not in row
    (curves,) = row["face_curves"]
    assert curves["times_s"] == tracked["crop_times_s"]
    assert row["utterances"][0]["speaker_track"] in {0, None}
    assert row["utterances"][0]["listener_tracks"] is None


def test_rows_go_to_arrow_and_come_back(sampled, smiling):
    for row in (sampled[1], smiling):
        (back,) = from_table(to_table([row], schema_of(EvidenceStage.spec.writes)))
        np.testing.assert_array_equal(back["crops"], row["crops"])
        for column in ("micro_events", "face_events"):
            assert [event["event_id"] for event in back[column]] == [
                event["event_id"] for event in row[column]
            ]
            for event, given in zip(back[column], row[column], strict=True):
                assert event["apex_s"] == given["apex_s"]
                assert event["strip"] == given["strip"]
                assert event["confidence"] == pytest.approx(given["confidence"])
        for curves, given in zip(back["face_curves"], row["face_curves"], strict=True):
            assert curves["times_s"] == given["times_s"]
            assert [one["name"] for one in curves["units"]] == [
                one["name"] for one in given["units"]
            ]


def test_a_window_is_the_same_whatever_stands_beside_it(smiling):
    beside = _row(faces.resting(20), window_id="v#1")
    first, last = _run(_row(_smile()), beside)[0], _run(beside, _row(_smile()))[1]
    assert _plain(first) == _plain(last) == _plain(smiling)


def test_events_are_numbered_in_order_over_both_columns():
    patches = _smile()
    (row,) = _run(_row(patches, patches, utterances=[_said(0, 0.2, 2.8)]))
    events = [*row["micro_events"], *row["face_events"]]
    ordered = sorted(events, key=lambda event: event["event_id"])
    assert [event["event_id"] for event in ordered] == list(range(len(events)))
    assert [event["onset_s"] for event in ordered] == sorted(event["onset_s"] for event in events)
    assert {event["kind"] for event in row["micro_events"]} <= {"micro"}
    assert "micro" not in {event["kind"] for event in row["face_events"]}
    assert {event["track_id"] for event in events} == {0, 1}


@pytest.mark.parametrize("utterances", [[], None, [_said(0, 0.5, 99.0)]])
def test_a_window_without_a_face_has_no_events_and_no_curves(utterances):
    (row,) = _run({**_row(), "utterances": utterances})
    assert (row["micro_events"], row["face_events"], row["face_curves"]) == ([], [], [])
    assert row["crops"].shape == (0, 112, 112, 3)
    assert len(row["utterances"]) == len(utterances or [])
    assert all(said["speaker_track"] is None for said in row["utterances"])


def test_a_face_that_is_hardly_seen_has_no_curves_and_keeps_its_crops():
    (row,) = _run(_row(faces.resting(7)))
    assert row["face_curves"] == []
    assert len(row["crops"]) == len(row["crop_times_s"]) == len(row["crop_track_ids"]) == 7


@pytest.mark.parametrize("patches", [np.zeros((8, 128, 128), np.uint8), faces.resting(8)])
def test_eight_patches_that_show_nothing_show_nothing(patches):
    (row,) = _run(_row(patches, utterances=[_said(0, 0.1, 9.0)]))
    assert row["micro_events"] == []
    (curves,) = row["face_curves"]
    assert len(curves["times_s"]) == 8


def test_what_is_not_to_be_kept_is_not_there():
    (row,) = _run(_row(_smile()), keep_curves=False, keep_strips=False)
    assert row["face_curves"] is None
    assert [event["strip"] for event in row["micro_events"]] == [None]


@pytest.mark.parametrize("asked", [False, True])
def test_listeners_are_named_where_they_are_asked_for(asked):
    (row,) = _run(_row(faces.resting(COUNT), utterances=[_said(0, 0.5, 2.5)]), listeners=asked)
    (said,) = row["utterances"]
    assert isinstance(said["listener_tracks"], list) == asked


def test_one_crop_is_kept_for_each_time_and_the_row_that_was_given_is_as_it_was():
    given = _row(faces.resting(COUNT), faces.resting(COUNT), utterances=[_said(0, 0.5, 2.5)])
    before = _plain(given)
    (row,) = _run(given)
    assert _plain(given) == before
    assert row["crop_times_s"] == [index / FPS for index in range(COUNT)]
    assert len(row["crops"]) == len(row["crop_track_ids"]) == COUNT


def test_what_it_knows_of_faces_beforehand_counts_by_content():
    weights = EvidenceStage.identity({"evidence": EvidenceConfig()})["evidence"]
    assert weights["revision"] == revision_of([NORMS_FILE, SPOTTER_FILE])
    assert weights["revision"] != revision_of([NORMS_FILE])
