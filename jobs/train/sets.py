"""The sets of labelled clips that a training reads, each with the folder that its videos lie in."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.evaluation.answers import Answer, Answers
from pipeline.evaluation.events.film import TrueFilm
from pipeline.evaluation.reading import read_truth
from pipeline.evaluation.truth_columns import TRUTH_FILE
from pipeline.labelled import FoundMedia, Labelled, Source, find_media, read_labelled
from stages.faults import SetupError
from stages.media import is_uri


@dataclass(frozen=True)
class ClipSet:
    """Labelled clips of one folder of videos.

    Attributes:
        name: no other set of the training has it.
        root: the folder of the videos.
        labelled: what is known of them.
        media: where each of them is.
        is_synthetic: made by `microemo synthesize`.
        films: what faces do in them, by video, where that is known.
    """

    name: str
    root: str
    labelled: Labelled
    media: FoundMedia
    is_synthetic: bool = False
    films: Mapping[str, TrueFilm] = field(default_factory=dict)

    @property
    def cache_name(self) -> str:
        """Of the folder of its cache: the same for the same folder of videos, and no other."""
        where = hashlib.sha256(str(Path(self.root).resolve()).encode()).hexdigest()
        return f"{self.name.partition(':')[0]}-{where[:8]}"

    def known_as(self, video_id: str) -> str:
        """The name of a video among those of all sets."""
        return f"{self.name}/{video_id}"


def read_sets(
    locations: Sequence[str], media: str | None, *, option: str = "--labels"
) -> tuple[ClipSet, ...]:
    """Read label files, and find their videos.

    A folder that `microemo synthesize` made, with its videos, is a set of its own. All other files
    are joined to one set, whose videos are below `media`.

    Args:
        locations: paths or URIs of label files and folders.
        media: a local folder; None where all label files lie beside their videos.
        option: by which a person named the locations, for messages.

    Raises:
        SetupError: as `read_labelled` and `find_media`; or `media` is missing, or not needed.
    """
    given = list(dict.fromkeys(locations))
    own = [location for location in given if _has_own_media(location)]
    others = [location for location in given if location not in own]
    folder_option = "--media" if option == "--labels" else f"{option}-media"
    if others and media is None:
        raise SetupError(
            f"{option} {others[0]}: its videos do not lie beside it. Name their folder with "
            f"{folder_option}."
        )
    if media is not None and not others:
        raise SetupError(
            f"{folder_option} {media}: is not needed: all of {option} are folders with videos of "
            "their own. Leave it out."
        )
    sets = [_synthesized(location) for location in own]
    if media is not None:
        sets.append(_joined(others, media))
    return _named_apart(sets)


def _has_own_media(location: str) -> bool:
    folder = Path(location).expanduser()
    if is_uri(location) or not (folder / TRUTH_FILE).is_file():
        return False
    return any(folder.glob("*.mp4"))


def _synthesized(location: str) -> ClipSet:
    truth = read_truth(str(Path(location).expanduser()))
    labelled = labelled_truth(truth)
    media = find_media(labelled.by_video(), str(Path(location).expanduser()))
    return ClipSet(
        _folder_name(location),
        location,
        labelled,
        media,
        truth.is_synthetic,
        truth.true_films or {},
    )


def labelled_truth(truth: Answers) -> Labelled:
    """A truth as a set, also one in which nothing can be told of anybody."""
    is_target = [bool(row.labels or row.description or row.abstained) for row in truth.rows]
    told = zip(truth.rows, is_target, strict=True)
    rows, others = list[Answer](), list[Answer]()
    for row, is_one in told:
        (rows if is_one else others).append(row)
    source = Source(truth.location, truth.form, len(truth.rows))
    said = tuple(row for row in others if row.said)
    return Labelled(tuple(rows), (source,), (), truth.notices, said)


def _joined(locations: Sequence[str], media: str) -> ClipSet:
    labelled = read_labelled(locations)
    found = find_media(labelled.by_video(), str(Path(media).expanduser()))
    forms = {source.form for source in labelled.sources}
    return ClipSet(
        _folder_name(media), media, labelled, found, forms == {"truth of microemo synthesize"}
    )


def _folder_name(location: str) -> str:
    return Path(location).expanduser().resolve().name or "videos"


def _named_apart(sets: Sequence[ClipSet]) -> tuple[ClipSet, ...]:
    """The sets, with a number behind each name that came before."""
    known: dict[str, int] = {}
    apart = []
    for one in sets:
        known[one.name] = number = known.get(one.name, 0) + 1
        name = one.name if number == 1 else f"{one.name}:{number}"
        apart.append(ClipSet(name, one.root, one.labelled, one.media, one.is_synthetic, one.films))
    return tuple(apart)
