"""Whether a cache was made of the very files that are there now."""

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from stages.faults import SetupError
from stages.rows import Row

_SOURCES = "sources.json"
_SUBTITLES = (".srt", ".vtt", ".ass")

_State = list[list[object]]
"""Suffix, bytes and time of change (nanoseconds) of a video and what lies beside it."""


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
    if not known and (cache / "run.json").exists():
        raise SetupError(
            f"--cache: {cache} does not say of which files it was made; take that folder away"
        )
    now = {row["video_id"]: _state(Path(row["uri"])) for row in rows}
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


def _state(video: Path) -> _State:
    return [list(told) for told in _told(video)]


def _told(video: Path) -> Iterator[tuple[object, ...]]:
    beside: Iterable[Path] = (video.with_suffix(suffix) for suffix in _SUBTITLES)
    for file in (video, *beside):
        try:
            found = file.stat()
        except FileNotFoundError:
            continue
        except OSError as fault:
            raise SetupError(f"{file}: cannot be read: {fault}") from fault
        yield file.suffix, found.st_size, found.st_mtime_ns


def _count(names: Sequence[str]) -> str:
    return "a video" if len(names) == 1 else f"{len(names)} videos"
