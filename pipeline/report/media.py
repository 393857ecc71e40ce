"""Where a browser finds the video of a row."""

import os
from pathlib import Path
from urllib.parse import quote, urlsplit

from stages.media import local_path

SOURCES = ("file:", "http:", "https:")
"""From where a page may play: it fetches nothing before somebody presses play."""


def media_url(uri: str, folder: Path | None) -> str:
    """The address of a video as a page in `folder` may name it; "" where a browser has no way.

    A local file below the folder or the one above it has a relative address, so that both can be
    moved together; another local file has a `file:` address. Web addresses stay as they are.

    Args:
        uri: of the row.
        folder: of the page; None where it is not on this machine.
    """
    path = local_path(uri)
    if path is not None:
        return _of_file(path, folder) if folder is not None and path.is_file() else ""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return ""
    return parts._replace(fragment="").geturl() if _is_web(parts.scheme, parts.netloc) else ""


def at_span(url: str, start_s: float | None, end_s: float | None) -> str:
    """The address with the span of time that a player plays of it; "" stays ""."""
    if not url or start_s is None or end_s is None:
        return url
    return f"{url}#t={start_s:.3f},{end_s:.3f}"


def _is_web(scheme: str, place: str) -> bool:
    return scheme in ("http", "https") and bool(place)


def _of_file(path: Path, folder: Path) -> str:
    path, folder = (Path(os.path.abspath(each)) for each in (path, folder))  # noqa: PTH100
    if path.is_relative_to(folder.parent):
        return quote(os.path.relpath(path, folder))
    return path.as_uri()
