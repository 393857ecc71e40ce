"""Windows for the tests of trainings: small, of noise, with what is true of them."""

from typing import Any

import numpy as np

from pipeline.evaluation.answers import Answer
from stages.rows import Row


def utterance(index: int, start_s: float, end_s: float, text: str) -> dict[str, Any]:
    """As the evidence stage leaves it, without anything measured."""
    return {
        "index": index,
        "start_s": start_s,
        "end_s": end_s,
        "speaker": "ANNA",
        "text": text,
        "text_source": "sidecar",
        "text_confidence": None,
        "voice": None,
        "speaker_track": 0,
        "speaker_score": None,
        "listener_tracks": None,
    }


def window(name: str = "v", frames: int = 2, crops: int = 3, seed: int = 0) -> Row:
    """A window of four seconds with two utterances."""
    draw = np.random.default_rng(seed)
    return {
        "video_id": name,
        "window_id": f"{name}#0",
        "window_index": 0,
        "window_count": 1,
        "start_s": 0.0,
        "end_s": 4.0,
        "utterances": [
            utterance(0, 0.5, 1.5, "You came back early."),
            utterance(1, 2.0, 3.0, "I am so glad about it."),
        ],
        "faces": [],
        "micro_events": [],
        "face_events": [],
        "warnings": [],
        "frames": draw.integers(0, 256, (frames, 112, 112, 3), np.uint8),
        "frame_times_s": np.linspace(0.2, 3.8, frames).tolist(),
        "crops": draw.integers(0, 256, (crops, 112, 112, 3), np.uint8),
        "crop_times_s": np.linspace(0.1, 3.9, crops).tolist(),
        "crop_track_ids": [0] * crops,
    }


def answer(place: int | None, *labels: str, **fields: Any) -> Answer:
    """What is true of an utterance of `window`, or of all of it."""
    return Answer("v", labels, utterance_index=place, **fields)
