"""All labels of a training, read, matched with their videos and kept apart; nothing is decoded."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain

from jobs.train.content import labels_hash, list_hash, media_hash
from jobs.train.sets import ClipSet, read_sets
from jobs.train.words import WordSet, read_words
from pipeline.labelled import Example, Labelled, examples_of, require_apart


@dataclass(frozen=True)
class Asked:
    """What a person named on the command line.

    Attributes:
        labels, words, held_out: label files and folders.
        media, held_out_media: folders of videos; None where these lie beside the labels.
        transcripts: a table of what is said; None: there is none.
        front: overrides of the run that makes what is learnt from.
    """

    labels: Sequence[str]
    media: str | None = None
    words: Sequence[str] = ()
    held_out: Sequence[str] = ()
    held_out_media: str | None = None
    transcripts: str | None = None
    front: Sequence[str] = ()


@dataclass(frozen=True)
class Material:
    """What a training has to learn from and to look at.

    Attributes:
        clips: sets to train on.
        words: sets of words alone.
        held_out: sets that are only looked at; none where some of `clips` are.
    """

    clips: tuple[ClipSet, ...]
    words: tuple[WordSet, ...] = ()
    held_out: tuple[ClipSet, ...] = field(default=())

    @property
    def is_synthetic(self) -> bool:
        """Whether all that is trained on was made by `microemo synthesize`."""
        sets: list[ClipSet | WordSet] = [*self.clips, *self.words]
        return all(one.is_synthetic for one in sets)

    def notices(self) -> Iterator[str]:
        """Sentences on what was joined, passed over and not found."""
        for clips in (*self.clips, *self.held_out):
            yield from clips.labelled.notices
            yield from clips.media.notices
        for words in self.words:
            yield from words.labelled.notices
            for table in words.labelled.transcript_tables:
                yield f"{table}: tables of what is said are not read for --words."


def read_material(asked: Asked) -> Material:
    """Read all labels, find their videos, and see to it that nothing held out is trained on.

    Raises:
        SetupError: as `read_sets`, `read_words` and `pipeline.labelled.require_apart`.
    """
    held_out = (
        read_sets(asked.held_out, asked.held_out_media, option="--held-out")
        if asked.held_out
        else ()
    )
    material = Material(read_sets(asked.labels, asked.media), read_words(asked.words), held_out)
    if held_out:
        require_apart(
            [*_examples(material.clips), *_spoken(material.words)], list(_examples(held_out))
        )
    return material


def content_of(sets: Iterable[ClipSet | WordSet]) -> list[dict[str, str | None]]:
    """For each set the hash of its labels, and that of its videos.

    Raises:
        SetupError: something cannot be read.
    """
    return [
        {
            "labels_sha256": _of_labels(one.labelled),
            "media_sha256": media_hash(one.media.paths.values())
            if isinstance(one, ClipSet)
            else None,
        }
        for one in sets
    ]


def _of_labels(labelled: Labelled) -> str:
    hashes = [labels_hash(source.location) for source in labelled.sources]
    if len(hashes) == 1:
        return hashes[0]
    return list_hash({str(number): digest for number, digest in enumerate(hashes)})


def _examples(sets: Iterable[ClipSet]) -> Iterator[Example]:
    for clips in sets:
        rows = chain(clips.labelled.rows, clips.labelled.only_said)
        for example in examples_of(rows, clips.media.paths):
            yield Example(clips.known_as(example.name), example.media, example.said)


def _spoken(sets: Iterable[WordSet]) -> Iterator[Example]:
    for words in sets:
        for example in examples_of(chain(words.labelled.rows, words.labelled.only_said), {}):
            yield Example(words.known_as(example.name), None, example.said)
