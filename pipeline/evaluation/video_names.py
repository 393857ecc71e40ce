"""Which video of a list is which of another, where folders and suffixes are written differently."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import PurePosixPath

from pipeline.manifest.source import VIDEO_SUFFIXES


def video_partners(true: Sequence[str], predicted: Sequence[str]) -> dict[str, str]:
    """From the truth's name of a video to that of the predictions; each is taken once.

    First those that are written alike, then those of the same file name, then those of the same
    name without the suffix of a video: the last two only where it is the only one like it on its
    side.
    """
    keys: tuple[Callable[[str], str], ...] = (str, _file_name, _stem)
    partners: dict[str, str] = {}
    for key in keys:
        left = [video_id for video_id in true if video_id not in partners]
        taken = set(partners.values())
        ours = _only_ones(left, key)
        theirs = _only_ones((name for name in predicted if name not in taken), key)
        partners |= {ours[name]: theirs[name] for name in ours.keys() & theirs.keys()}
    return partners


def _only_ones(video_ids: Iterable[str], key: Callable[[str], str]) -> Mapping[str, str]:
    """From key to id, of the ids that share their key with no other."""
    found: dict[str, list[str]] = defaultdict(list)
    for video_id in video_ids:
        found[key(video_id)].append(video_id)
    return {name: same[0] for name, same in found.items() if len(same) == 1}


def _file_name(video_id: str) -> str:
    return video_id.replace("\\", "/").rpartition("/")[2]


def _stem(video_id: str) -> str:
    """The file's name without the suffix of a video: other dots belong to the name."""
    name = PurePosixPath(_file_name(video_id))
    return name.stem if name.suffix.lower() in VIDEO_SUFFIXES else name.name
