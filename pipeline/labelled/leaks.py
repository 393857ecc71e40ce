"""Whether a clip that a model is tested on is among those that it is trained on."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pipeline.evaluation.answers import Answer
from pipeline.evaluation.video_names import counted, folded
from pipeline.labelled.labelled import SHOWN
from pipeline.labelled.near_texts import near_texts
from stages.faults import SetupError

_ONLY_COUNTS = re.compile(r"(?:[a-z]{1,4}_?\d+_?)+")  # MELD's dia0_utt0


@dataclass(frozen=True)
class Example:
    """A clip of a set.

    Attributes:
        name: of the video.
        media: path of its file; None where that is not at hand.
        said: what is spoken in it, a text an utterance.
    """

    name: str
    media: str | None = None
    said: tuple[str, ...] = ()


@dataclass(frozen=True)
class Leak:
    """Two clips of both sets that are one, or may be, and by what."""

    kind: Literal["id", "media", "text"]
    train: str
    test: str
    detail: str = ""

    def __str__(self) -> str:
        same = {"id": "have one name", "media": "are one file", "text": "say the same"}[self.kind]
        return f"{self.train} and {self.test} {same}" + (f": {self.detail}" if self.detail else "")


def examples_of(answers: Iterable[Answer], media: Mapping[str, str]) -> list[Example]:
    """The clips of a set, from its rows and the paths of its videos by name."""
    said: dict[str, list[str]] = defaultdict(list)
    for answer in answers:
        said[answer.video_id] += [answer.said] if answer.said else []
    return [Example(name, media.get(name), tuple(texts)) for name, texts in said.items()]


def find_leaks(train: Sequence[Example], test: Sequence[Example]) -> list[Leak]:
    """What is in both sets: names, files, and what is said.

    Names count without folders, suffixes, capitals and the year of a MER challenge. Names that only
    count, as MELD's `dia0_utt0` and DFEW's `1`, begin again in each split: they count only unless
    both files are there and differ. Files count by their content. Texts count by
    `pipeline.labelled.near_texts`; short ones do not. Descriptions are not compared, because two
    clips may well be described alike.

    Raises:
        SetupError: a file cannot be read.
    """
    media = list(_same_media(train, test))
    found = {(leak.train, leak.test) for leak in media}
    leaks = [leak for leak in _same_names(train, test) if (leak.train, leak.test) not in found]
    found |= {(leak.train, leak.test) for leak in leaks}
    texts = [leak for leak in _same_texts(train, test) if (leak.train, leak.test) not in found]
    return [*media, *leaks, *texts]


def require_apart(train: Sequence[Example], test: Sequence[Example]) -> None:
    """Refuse to train on what is tested on.

    Raises:
        SetupError: a clip is in both sets; it lists the first ones. Also as `find_leaks`.
    """
    leaks = find_leaks(train, test)
    if not leaks:
        return
    more = f"\nand {len(leaks) - SHOWN} more" if len(leaks) > SHOWN else ""
    raise SetupError(
        f"{len(leaks)} clips that are trained on are also tested on, so that a score would say "
        "nothing. Take them out of one of the two:\n"
        + "\n".join(str(leak) for leak in leaks[:SHOWN])
        + more
    )


def _same_names(train: Sequence[Example], test: Sequence[Example]) -> Iterator[Leak]:
    by_name: dict[str, list[Example]] = defaultdict(list)
    for example in train:
        by_name[_name(example.name)].append(example)
    for example in test:
        name = _name(example.name)
        for other in by_name.get(name, ()):
            only_counts = name.isdecimal() or _ONLY_COUNTS.fullmatch(name) is not None
            # Files that are the same were found by their content.
            if not (only_counts and example.media and other.media):
                yield Leak("id", other.name, example.name)


def _name(video_id: str) -> str:
    return counted(video_id) or folded(video_id)


def _same_media(train: Sequence[Example], test: Sequence[Example]) -> Iterator[Leak]:
    """Only files of a size that both sets have are read."""
    sizes: tuple[dict[int, list[Example]], ...] = defaultdict(list), defaultdict(list)
    for of_size, examples in zip(sizes, (train, test), strict=True):
        for example in examples:
            if example.media is not None:
                of_size[_size(example.media)].append(example)
    for size in sizes[0].keys() & sizes[1].keys():
        by_content: dict[bytes, list[Example]] = defaultdict(list)
        for example in sizes[0][size]:
            by_content[_content(str(example.media))].append(example)
        for example in sizes[1][size]:
            for other in by_content.get(_content(str(example.media)), ()):
                yield Leak("media", other.name, example.name)


def _size(path: str) -> int:
    try:
        return Path(path).stat().st_size
    except OSError as fault:
        raise SetupError(f"{path}: cannot be read: {fault}") from fault


def _content(path: str) -> bytes:
    try:
        with Path(path).open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").digest()
    except OSError as fault:
        raise SetupError(f"{path}: cannot be read: {fault}") from fault


def _same_texts(train: Sequence[Example], test: Sequence[Example]) -> Iterator[Leak]:
    ours, theirs = _texts(train), _texts(test)
    told = set()
    for at, other in near_texts([text for _, text in ours], [text for _, text in theirs]):
        names = ours[at][0], theirs[other][0]
        if names not in told:
            told.add(names)
            yield Leak("text", *names, f'"{theirs[other][1][:80]}"')


def _texts(examples: Sequence[Example]) -> list[tuple[str, str]]:
    return [(example.name, text) for example in examples for text in example.said]
