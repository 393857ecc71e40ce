"""Names for the files that are made of a video: safe on every file system, and all different."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

_MOST_CHARACTERS = 100
_UNSAFE = re.compile(r"[^\w.-]+")
_UNSAFE_FIRST = "._-"


def file_stems(video_ids: Iterable[str]) -> Mapping[str, str]:
    """What the names of the files of each video begin with.

    `day1/talk.mp4` becomes `day1_talk`. Where two would be equal, in any case of their letters, or
    one is too long, they end in hex digits of their id: the names do not depend on the order.

    Args:
        video_ids: all of a dataset.
    """
    plain = {video_id: _plain(video_id) for video_id in video_ids}
    count = Counter(stem.casefold() for stem in plain.values())
    return {
        video_id: stem
        if count[stem.casefold()] == 1 and len(stem) <= _MOST_CHARACTERS
        else f"{stem[:_MOST_CHARACTERS]}-{_digest(video_id)}"
        for video_id, stem in plain.items()
    }


def unit_name(stem: str, window_index: int, utterance_index: int | None) -> str:
    """What the files of an utterance or a window are called: `day1_talk_u3`, `day1_talk_w0`."""
    return f"{stem}_w{window_index}" if utterance_index is None else f"{stem}_u{utterance_index}"


def _plain(video_id: str) -> str:
    path = PurePosixPath(video_id)
    without_suffix = str(path.with_suffix("")) if path.name else ""
    return _UNSAFE.sub("_", without_suffix).lstrip(_UNSAFE_FIRST) or "video"


def _digest(video_id: str) -> str:
    return hashlib.blake2b(video_id.encode("utf-8", "replace"), digest_size=4).hexdigest()
