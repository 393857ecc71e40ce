"""An output folder as a run leaves it, made of rows with the columns that the sink writes."""

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from skimage.data import astronaut

from pipeline.dataset.folder import DatasetFolder
from pipeline.recipe import FULL
from stages.rows import ANNOTATION_COLUMNS, FAILURE_COLUMNS, SCHEMA_VERSION, Row, schema, to_table

BEGUN = datetime(2026, 1, 31, 12, 5, tzinfo=UTC)
MODEL = {"name": "tiny", "revision": "0a1b2c3d4e5f", "trained": "no", "engine": "deepspeed"}
RECORD = {
    "created_at": BEGUN.isoformat(timespec="seconds"),
    "preset": "tiny",
    "config_hash": "9f8e7d6c5b4a",
    "weights": {},
    "runs": [],
    "config": {"segment": {"max_window_s": 30.0}, "faces": {"detector": "lbp"}},
    "packages": {"torch": "2.13.0", "ray": "2.60.0"},
}


def strip() -> bytes:
    """A face strip as the faces stage makes it."""
    face = Image.fromarray(astronaut()[70:182, 170:282])
    file = io.BytesIO()
    Image.fromarray(np.hstack([np.asarray(face)] * 6)).save(file, "JPEG", quality=80)
    return file.getvalue()


def utterance(index: int, start_s: float, end_s: float, **changes: Any) -> Row:
    """An utterance after generate."""
    return {
        "index": index,
        "start_s": start_s,
        "end_s": end_s,
        "speaker": None,
        "text": "I ran all the way.",
        "text_source": "sidecar",
        "text_confidence": None,
        "description": "Her brows rise and her voice is quick.",
        "labels": ["breathless", "upset"],
        "label_confidence": [0.82, 0.41],
        "label_agreement": None,
        "labels_raw": "[breathless, upset]",
        "abstained": False,
        "abstained_reason": None,
        **changes,
    }


def event(event_id: int, onset_s: float, offset_s: float, **changes: Any) -> Row:
    """A movement of the main face, as the stage that looks for them gives it."""
    return {
        "event_id": event_id,
        "track_id": 0,
        "kind": "micro",
        "region": "brows",
        "action_units": [1, 2],
        "movement": "inner and outer brows raised",
        "onset_s": onset_s,
        "apex_s": (onset_s + offset_s) / 2,
        "offset_s": offset_s,
        "intensity": 0.4,
        "confidence": 0.8,
        "while_speaking": False,
        "strip": None,
        **changes,
    }


def curves(start_s: float, end_s: float, track_id: int = 0) -> Row:
    """How the seven regions of a face moved, 25 times a second."""
    times = np.arange(start_s, end_s, 0.04)
    names = ("brows", "eyes", "nose", "cheeks", "mouth_corners", "lips", "chin")
    regions = [
        {"name": name, "values": np.abs(np.sin(times * (1 + at))).tolist()}
        for at, name in enumerate(names)
    ]
    units = [
        {"name": name, "values": np.abs(np.cos(times * (1 + at))).tolist()}
        for at, name in enumerate(("AU01", "AU12"))
    ]
    return {"track_id": track_id, "times_s": times.tolist(), "regions": regions, "units": units}


def voice(**changes: Any) -> Row:
    """How an utterance of two seconds sounds."""
    at = np.arange(50)
    pitch = [180 + 40 * float(np.sin(one / 6)) if one % 10 < 7 else None for one in at]
    return {
        "pitch_hz": 190.0,
        "pitch_low_hz": 150.0,
        "pitch_high_hz": 218.0,
        "loudness_db": -23.0,
        "pace": 4.2,
        "pauses": 1,
        "pause_share": 0.1,
        "voiced_share": 0.7,
        "relative": None,
        "words": "louder and higher than usual, fast",
        "loudness_curve_db": (-30 + 8 * np.sin(at / 3)).tolist(),
        "pitch_curve_hz": pitch,
        **changes,
    }


def clue(start_s: float, end_s: float, **changes: Any) -> Row:
    """A time that a description names, and the first event."""
    return {
        "text": "Her brows rise.",
        "start_s": start_s,
        "end_s": end_s,
        "event_ids": [0],
        "frame_times_s": [],
        "words": None,
        "supported": True,
        **changes,
    }


def annotation(video_id: str, index: int = 0, count: int = 1, **changes: Any) -> Row:
    """A row of annotations: a window of 10 s."""
    start_s = 10.0 * index
    return {
        "schema_version": SCHEMA_VERSION,
        "video_id": video_id,
        "uri": f"/videos/{video_id}.mp4",
        "window_id": f"{video_id}#{index}",
        "window_index": index,
        "window_count": count,
        "start_s": start_s,
        "end_s": start_s + 10,
        "media": {
            "duration_s": 10.0 * count,
            "fps": 25.0,
            "width": 640,
            "height": 360,
            "has_audio": True,
            "has_video": True,
        },
        "language": "en",
        "utterances": [utterance(2 * index, start_s + 1, start_s + 4)],
        "description": "A woman speaks to somebody off camera.",
        "labels": ["relief"],
        "label_confidence": [0.5],
        "label_agreement": None,
        "labels_raw": "[relief]",
        "abstained": False,
        "abstained_reason": None,
        "faces": [
            {
                "track_id": 0,
                "start_s": start_s,
                "end_s": start_s + 9,
                "coverage": 0.97,
                "score": 0.9,
                "box": [0.3, 0.2, 0.6, 0.8],
            }
        ],
        "face_strip": {"bytes": strip(), "path": None},
        "micro_events": None,
        "face_events": None,
        "face_curves": None,
        "warnings": [],
        "model": MODEL,
        "config_hash": RECORD["config_hash"],
        "created_at": BEGUN + timedelta(minutes=3),
        "timings": {stage: 0.5 + number for number, stage in enumerate(FULL)},
        **changes,
    }


def failure(video_id: str, **changes: Any) -> Row:
    """A row of failures: a video that could not be opened."""
    return {
        "schema_version": SCHEMA_VERSION,
        "video_id": video_id,
        "uri": f"/videos/{video_id}.mp4",
        "error": {"stage": "transcribe", "kind": "unreadable", "message": "no container in it"},
        "created_at": BEGUN + timedelta(minutes=2),
        **changes,
    }


def write_folder(
    folder: Path,
    *parts: list[Row],
    failures: list[Row] | None = None,
    record: Row | None = RECORD,
) -> DatasetFolder:
    """Write annotations and failures, a part file for each list, and run.json."""
    output = DatasetFolder(str(folder))
    for number, rows in enumerate(parts):
        table = to_table(rows, schema(ANNOTATION_COLUMNS, FULL, {}))
        output.write_table(f"annotations/part-{number:03}.parquet", table)
    if failures is not None:
        output.write_table(
            "failures/part-0.parquet", to_table(failures, schema(FAILURE_COLUMNS, FULL, {}))
        )
    if record is not None:
        output.write_bytes("run.json", json.dumps(record).encode())
    return output


@pytest.fixture
def make_annotation() -> Callable[..., Row]:
    return annotation


@pytest.fixture
def make_event() -> Callable[..., Row]:
    return event


@pytest.fixture
def make_curves() -> Callable[..., Row]:
    return curves


@pytest.fixture
def make_voice() -> Callable[..., Row]:
    return voice


@pytest.fixture
def make_clue() -> Callable[..., Row]:
    return clue


@pytest.fixture
def make_failure() -> Callable[..., Row]:
    return failure


@pytest.fixture
def make_utterance() -> Callable[..., Row]:
    return utterance


@pytest.fixture
def write_run(tmp_path: Path) -> Callable[..., DatasetFolder]:
    """`write_folder` into the test's own folder."""
    return partial(write_folder, tmp_path)
