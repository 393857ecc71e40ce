"""A named speaker is right when its face is where the truth has the speaker."""

from typing import Any

import pytest

from pipeline.evaluation.speakers import SpeakerFigures, score_speakers


def _row(place: str | None, start_s: float = 1.0) -> dict[str, Any]:
    return {"video_id": "a.mp4", "start_s": start_s, "end_s": start_s + 2, "speaker_place": place}


def _face(track: int, box: list[float], **more: Any) -> dict[str, Any]:
    nothing = {"start_s": 0.0, "end_s": 9.0, "box_times_s": None, "boxes": None}
    return {"track_id": track, "box": box, **nothing, **more}


FACES = [_face(0, [0.1, 0.2, 0.4, 0.8]), _face(1, [0.6, 0.2, 0.9, 0.8])]


def _window(*tracks: int | None, faces: list[dict[str, Any]] = FACES) -> dict[str, Any]:
    said = [
        {
            "start_s": 1.1 + 3 * number,
            "end_s": 2.9 + 3 * number,
            "speaker_track": track,
            "speaker_score": 0.8 if track is not None else 0.3,
        }
        for number, track in enumerate(tracks)
    ]
    return {"video_id": "a.mp4", "utterances": said, "faces": faces}


def _verdict(place: str | None, track: int | None, faces: list[dict[str, Any]] = FACES) -> str:
    found = score_speakers([_row(place)], [_window(track, faces=faces)])
    assert found.utterances == 1
    return next(name for name in ("right", "wrong", "unsure", "missed") if getattr(found, name))


@pytest.mark.parametrize(
    ("place", "track", "verdict"),
    [
        ("left", 0, "right"),
        ("left", 1, "wrong"),
        ("right", 1, "right"),
        ("alone", 1, "right"),
        ("left", None, "unsure"),
        (None, None, "right"),
        (None, 0, "wrong"),
    ],
)
def test_the_track_is_compared_by_its_place(
    place: str | None, track: int | None, verdict: str
) -> None:
    assert _verdict(place, track) == verdict


def test_the_box_of_the_moment_counts_where_it_is_kept() -> None:
    walks = {"box_times_s": [0.0, 2.0], "boxes": [1000, 0, 3000, 5000, 7000, 0, 9000, 5000]}
    assert _verdict("right", 0, [_face(0, [0.1, 0.0, 0.3, 0.5], **walks)]) == "right"


def test_a_face_that_is_gone_at_the_time_is_another() -> None:
    assert _verdict("alone", 0, [_face(0, [0.1, 0.2, 0.4, 0.8], end_s=1.5)]) == "wrong"


def test_counts_and_the_mean_score_of_what_is_named() -> None:
    truth = [_row("left"), _row("left", 4.0), _row("left", 7.0), _row("right", 20.0)]
    found = score_speakers(truth, [_window(0, 1, None)])
    assert found == SpeakerFigures(
        utterances=4,
        right=1,
        wrong=1,
        unsure=1,
        missed=1,
        named=2,
        named_right=1,
        mean_score=pytest.approx(0.8),
    )


def test_videos_that_were_not_annotated_are_left_out() -> None:
    found = score_speakers([{**_row("left"), "video_id": "b.mp4"}], [_window(0)])
    assert found.utterances == 0
    assert found.mean_score is None


def test_a_window_without_speech_names_nobody() -> None:
    window = {"video_id": "a.mp4", "utterances": None, "faces": []}
    assert score_speakers([_row("left")], [window]).missed == 1
