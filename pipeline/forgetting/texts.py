"""Files of text that may name a video: decisions of people, the record, the log, the figures."""

import json
import re
from collections.abc import Collection, Iterable
from typing import Any

from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.layout import LOG, QUALITY, RECORD, REVIEWS

_IN_ITS_PLACE = "(forgotten)"


def decisions_taken_out(folder: DatasetFolder, video_id: str) -> int:
    """Take the decisions on a video out of `reviews/`; how many.

    Raises:
        SetupError: a file cannot be written.
    """
    count = 0
    for base in folder.names_in(REVIEWS):
        if not base.endswith(".jsonl"):
            continue
        name = f"{REVIEWS}/{base}"
        lines = folder.read_bytes(name).splitlines(keepends=True)
        others = [line for line in lines if not _is_of(line, video_id)]
        count += len(lines) - len(others)
        if not others:
            folder.remove(name)
        elif len(others) < len(lines):
            folder.write_bytes(name, b"".join(others))
    return count


def _is_of(line: bytes, video_id: str) -> bool:
    try:
        return bool(json.loads(line)["video_id"] == video_id)
    except (ValueError, KeyError, TypeError):
        return video_id.encode("utf-8", "replace") in line


def record_cleaned(folder: DatasetFolder, names: Collection[str], told: str) -> bool:
    """Let run.json say that a video was forgotten, by its hash, and name it nowhere.

    Args:
        folder: of the dataset.
        names: what names the video: its id, and where it was read from.
        told: its hash.

    Returns:
        Whether it was named there.

    Raises:
        SetupError: it cannot be written.
    """
    record = json.loads(folder.read_bytes(RECORD))
    runs = _without(record.get("runs"), _pattern(names))
    was_named = bool(runs != record.get("runs"))
    forgotten = [*dict.fromkeys([*record.get("forgotten", []), told])]
    if was_named or forgotten != record.get("forgotten"):
        written = {**record, "runs": runs, "forgotten": forgotten}
        folder.write_bytes(RECORD, json.dumps(written, indent=2, ensure_ascii=False).encode())
    return was_named


def log_cleaned(folder: DatasetFolder, names: Collection[str]) -> int:
    """Take the lines that name a video out of run.log; how many.

    Raises:
        SetupError: it cannot be written.
    """
    if not folder.exists(LOG):
        return 0
    named = _pattern(names)
    lines = folder.read_bytes(LOG).splitlines(keepends=True)
    others = [line for line in lines if not named.search(line.decode("utf-8", "replace"))]
    if len(others) < len(lines):
        folder.write_bytes(LOG, b"".join(others))
    return len(lines) - len(others)


def owed_before(folder: DatasetFolder) -> list[str]:
    """The ids that quality.json names as owed."""
    try:
        return list(json.loads(folder.read_bytes(QUALITY))["videos"]["owed_ids"])
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _pattern(names: Iterable[str]) -> re.Pattern[str]:
    """Finds the names, but not in longer ones: `a.mp4` is not in `banana.mp4`."""
    longest_first = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    return re.compile(rf"(?<!\w)(?:{longest_first})(?!\w)")


def _without(value: Any, named: re.Pattern[str]) -> Any:
    if isinstance(value, str):
        return named.sub(_IN_ITS_PLACE, value)
    if isinstance(value, list):
        return [_without(one, named) for one in value]
    if isinstance(value, dict):
        return {key: _without(one, named) for key, one in value.items()}
    return value
