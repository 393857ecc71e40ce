"""Answers of a chat model on a video, in the cache that the configuration names."""

from collections.abc import Mapping
from typing import Any

from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.layout import ANNOTATIONS, FAILURES
from pipeline.dataset.reading import read_of


def answers_taken_out(record: Mapping[str, Any], folder: DatasetFolder, video_id: str) -> int:
    """Take those answers away that this dataset paid for; how many.

    Args:
        record: run.json.
        folder: of the dataset.
        video_id: as in its rows, which are still there.
    """
    chat = (record.get("config") or {}).get("chat") or {}
    if not chat.get("cache"):
        return 0
    from stages.chat import forget_answers, payer_of

    windows = {
        row["window_id"]
        for kind in (ANNOTATIONS, FAILURES)
        for row in read_of(folder, kind, ["video_id", "window_id"], {video_id})
        if row["window_id"] is not None
    }
    payers = {payer_of(folder.location, window) for window in windows}
    return forget_answers(chat["cache"], payers)
