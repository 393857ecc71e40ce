"""Windows as the stages before chat hand them over."""

from pathlib import Path
from typing import Any

import numpy as np

from stages.chat import ChatConfig, ChatStage
from stages.rows import Row
from stages.spending import Spending
from tests.chat_server import MODEL, ChatServer


def utterance(index: int, text: str | None, start_s: float = 0.0, **more: Any) -> Row:
    """What somebody says for a second."""
    return {
        "index": index,
        "start_s": start_s,
        "end_s": start_s + 1.0,
        "speaker": "Anna",
        "text": text,
        "voice": {"words": "louder than usual"},
        "speaker_track": 0,
        **more,
    }


def event(number: int, apex_s: float, **more: Any) -> Row:
    """A brief movement of the main face."""
    return {
        "event_id": number,
        "track_id": 0,
        "kind": "micro",
        "region": "brows",
        "action_units": [1, 2],
        "movement": "brows raised",
        "onset_s": apex_s - 0.1,
        "apex_s": apex_s,
        "offset_s": apex_s + 0.1,
        "confidence": 0.9,
        "strip": None,
        **more,
    }


def window(number: int, utterances: int = 1, start_s: float = 0.0, **more: Any) -> Row:
    """A window of three seconds; utterance i of window n says `w<n>u<i>`."""
    times_s = [start_s + 0.1 * at for at in range(30)]
    crops = np.zeros((30, 112, 112, 3), np.uint8)
    crops[:] = np.arange(30, dtype=np.uint8)[:, None, None, None] * 8
    return {
        "video_id": f"clip{number}.mp4",
        "uri": f"clip{number}.mp4",
        "window_id": f"clip{number}.mp4#0",
        "window_index": 0,
        "window_count": 1,
        "start_s": start_s,
        "end_s": start_s + 3.0,
        "media": {"has_audio": False, "duration_s": 3.0},
        "utterances": [
            utterance(at, f"w{number}u{at}", start_s + at * 1.0) for at in range(utterances)
        ],
        "warnings": [],
        "extra": None,
        "frames": np.full((4, 64, 64, 3), number % 256, np.uint8),
        "frame_times_s": [start_s + at for at in (0.25, 1.0, 1.75, 2.5)],
        "crops": crops,
        "crop_times_s": times_s,
        "crop_track_ids": [0] * 30,
        "micro_events": [event(0, start_s + 0.5)],
        "face_events": [],
        "error": None,
        "timings": None,
        **more,
    }


def config_for(server: ChatServer, cache: Path | None = None, **keys: Any) -> ChatConfig:
    """A configuration that asks the server, quickly, and asks nothing about it."""
    given = {
        "base_url": server.base_url,
        "model": MODEL,
        "cache": None if cache is None else str(cache),
        "structured": "schema",
        "pictures": "always",
        "logprobs": "never",
        "retries": 2,
        "timeout_s": 20.0,
        "patience_s": 60.0,
        **keys,
    }
    return ChatConfig.model_validate(given)


def stage_for(
    server: ChatServer, cache: Path | None = None, spending: Spending | None = None, **keys: Any
) -> ChatStage:
    """The stage, with that configuration."""
    return ChatStage(config_for(server, cache, **keys), None, spending)


def annotated(stage: ChatStage, row: Row) -> Row:
    """The row behind the stage."""
    [done] = stage([row])
    return done
