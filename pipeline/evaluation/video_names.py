"""Which video of a list is which of another, where folders and suffixes are written differently.

The readings of a name, from the strictest to the loosest, are tried in turn: as it is written; the
name of the file; that name without the suffix of a video; the same without regard to capitals,
to forms of Unicode and to the year of a MER challenge (`samplenew3_...` became `samplenew4_...`),
and with the folder of a dialogue (`dia3/utt5.mp4` is MELD's `dia3_utt5`); and, for names that only
count, their number (`00012.mp4` is 12, as in DFEW).
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from pipeline.manifest.source import VIDEO_SUFFIXES

_OF_MER = re.compile(r"samplenew\d+_(?=\w)")
_IN_DIALOGUE = re.compile(r"(?:.*/)?(dia\d+)/(utt\d+)(?:\.\w+)?", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class Pairing:
    """What came of pairing the names of two lists.

    Attributes:
        partners: from a name of ours to that of theirs; each is taken once.
        ambiguous: from a reading that several share to the names of ours and of theirs with it.
    """

    partners: Mapping[str, str]
    ambiguous: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = field(default_factory=dict)


def video_partners(true: Sequence[str], predicted: Sequence[str]) -> dict[str, str]:
    """From the truth's name of a video to that of the predictions; each is taken once.

    By the readings that the head of this module names: all but the first only where it is the only
    one like it on its side.
    """
    return dict(pair_names(true, predicted).partners)


def pair_names(
    ours: Iterable[str],
    theirs: Iterable[str],
    readings: Sequence[Callable[[str], str | None]] | None = None,
) -> Pairing:
    """The same, with what could not be told apart; by all of `READINGS` or by some of them."""
    left, others = list(dict.fromkeys(ours)), list(dict.fromkeys(theirs))
    partners: dict[str, str] = {}
    ambiguous: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}
    told: set[str] = set()
    for reading in readings or READINGS:
        mine, yours = _by(left, reading), _by(others, reading)
        for key in mine.keys() & yours.keys():
            names, found = mine[key], yours[key]
            if len(names) == len(found) == 1:
                partners[names[0]] = found[0]
            else:
                ambiguous[key] = tuple(names), tuple(found)
                told.update(names)
        taken = set(partners.values())
        left = [name for name in left if name not in partners and name not in told]
        others = [name for name in others if name not in taken]
    return Pairing(partners, ambiguous)


def _by(names: Iterable[str], reading: Callable[[str], str | None]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for name in names:
        key = reading(name)
        if key is not None:
            found[key].append(name)
    return found


def file_name(video_id: str) -> str:
    """The name without folders, which may be those of Windows."""
    return video_id.replace("\\", "/").rpartition("/")[2]


def stem(video_id: str) -> str:
    """The file's name without the suffix of a video: other dots belong to the name."""
    name = PurePosixPath(file_name(video_id))
    return name.stem if name.suffix.lower() in VIDEO_SUFFIXES else name.name


def folded(video_id: str) -> str:
    """The stem without what writers differ in, see the head of this module."""
    of_dialogue = _IN_DIALOGUE.fullmatch(video_id.replace("\\", "/"))
    name = "_".join(of_dialogue.groups()) if of_dialogue else stem(video_id)
    return _OF_MER.sub("samplenew_", unicodedata.normalize("NFC", name).casefold())


def counted(video_id: str) -> str | None:
    """The number of a name that only counts; None for others."""
    name = stem(video_id)
    return str(int(name)) if name.isdecimal() and len(name) <= 18 else None


READINGS: tuple[Callable[[str], str | None], ...] = (str, file_name, stem, folded, counted)
