"""Whether a cache was made of the very files that are there now."""

import json
from collections.abc import Sequence
from functools import cache as remembered
from pathlib import Path

from pipeline.dataset.layout import RECORD
from stages.faults import SetupError
from stages.rows import Row
from stages.transcribe.transcripts.beside import FolderNames

_SOURCES = "sources.json"

_State = list[list[object]]
"""Name, bytes and time of change (nanoseconds) of a video and of its transcripts."""


def require_same(cache: Path, rows: Sequence[Row]) -> None:
    """Check that no file changed since the cache took it in, and write down those that are new.

    Args:
        cache: its folder; there may be none yet.
        rows: the videos that are to be in it, with local paths as `uri`.

    Raises:
        SetupError: a file is another than it was, or nobody knows; or it cannot be read.
    """
    record = cache / _SOURCES
    known: dict[str, _State] = json.loads(record.read_text("utf-8")) if record.is_file() else {}
    if not known and (cache / RECORD).exists():
        raise SetupError(
            f"--cache: {cache} does not say of which files it was made; take that folder away"
        )
    names_in = remembered(_names_in)
    now: dict[str, _State] = {}
    for row in rows:
        video = Path(row["uri"])
        try:
            beside = names_in(video.parent).transcripts_of(video.name)
            now[row["video_id"]] = _state([video, *(video.parent / name for name, _ in beside)])
        except OSError as fault:
            raise SetupError(f"{video}: cannot be read: {fault}") from fault
    changed = [name for name, state in now.items() if name in known and known[name] != state]
    if changed:
        raise SetupError(
            f"--cache: {_count(changed)} changed since {cache} was made of them, first "
            f"{changed[0]}; take that folder away to make it again"
        )
    cache.mkdir(parents=True, exist_ok=True)
    fresh = record.with_suffix(".new")
    fresh.write_text(json.dumps({**known, **now}, indent=1, sort_keys=True), "utf-8")
    fresh.replace(record)


def _names_in(folder: Path) -> FolderNames:
    return FolderNames(file.name for file in folder.iterdir())


def _state(files: Sequence[Path]) -> _State:
    found = [(file.name, file.stat()) for file in files if file.exists()]
    return [[name, stat.st_size, stat.st_mtime_ns] for name, stat in found]


def _count(names: Sequence[str]) -> str:
    return "a video" if len(names) == 1 else f"{len(names)} videos"
