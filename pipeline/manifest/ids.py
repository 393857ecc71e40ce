"""Ids of videos: the path below the input root, longer only where two would be equal."""

import re
from collections import Counter
from collections.abc import Sequence

from pipeline.manifest.source import Source
from stages.faults import SetupError


def video_ids(sources: Sequence[Source]) -> list[str]:
    """The id of each source; all different, and the same whatever the order of `sources`.

    An id is the POSIX path below the input root, suffix included (`day1/talk.mp4`); of a file
    named by itself, its name. Where ids would be equal, each takes as many folders above as it
    needs. Ids that a table gives stand as they are.

    Args:
        sources: with different URIs, or ids given by a table.

    Raises:
        SetupError: a table gives one id to two videos.
    """
    _refuse_equal_given_ids(sources)
    depths = [source.depth for source in sources]
    while True:
        ids = [_id(source, depth) for source, depth in zip(sources, depths, strict=True)]
        count = Counter(ids)
        equal = [
            at
            for at, name in enumerate(ids)
            if count[name] > 1 and not _is_final(sources[at], name)
        ]
        if not equal:
            break
        for at in equal:
            depths[at] += 1
    return ids


def natural_key(name: str) -> tuple[list[tuple[int, int, str]], str]:
    """Sorts `clip2` before `clip10`, letters in any case together."""
    parts = re.split(r"([0-9]+)", name.casefold())
    return [(0, int(p), "") if p.isdecimal() else (1, 0, p) for p in parts], name


def _id(source: Source, depth: int) -> str:
    if source.video_id is not None:
        return source.video_id
    parts = _parts(source.uri)
    return source.uri if depth > len(parts) else "/".join(parts[-depth:])


def _parts(uri: str) -> list[str]:
    """The steps of the path; of a web address without its query, which may hold a changing key."""
    protocol, mark, path = uri.partition("://")
    if not mark:
        path = uri
    elif protocol in ("http", "https"):
        path = re.split(r"[?#]", path, maxsplit=1)[0]
    return [part for part in path.split("/") if part]


def _is_final(source: Source, name: str) -> bool:
    return source.video_id is not None or name == source.uri


def _refuse_equal_given_ids(sources: Sequence[Source]) -> None:
    holder: dict[str, str] = {}
    for source in sources:
        if source.video_id is None:
            continue
        other = holder.setdefault(source.video_id, source.uri)
        if other != source.uri:
            raise SetupError(
                f"video_id {source.video_id!r} is given to two videos, {other} and {source.uri}; "
                "each needs its own"
            )
