"""What somebody asks of an export."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from pipeline.catalogue import Level

Reviewed = Literal["only", "first", "ignore"]
REVIEWED: tuple[Reviewed, ...] = get_args(Reviewed)
Media = Literal["link", "copy", "cut"]
MEDIA: tuple[Media, ...] = get_args(Media)
Group = Literal["video", "speaker"]
GROUPS: tuple[Group, ...] = get_args(Group)


@dataclass(frozen=True)
class Order:
    """The options of `microemo export`, beside the dataset and where it goes.

    Attributes:
        format: a name of `pipeline.export.formats`.
        where: an expression that must be true of a row, see `pipeline.catalogue.Where`.
        min_confidence: the least of a row's first label, 0 to 1; a row without labels, or without
            a confidence, has none.
        level: what a row is.
        reviewed: `only` what people accepted or corrected, as they left it; `first`: that, and the
            machine's own of what nobody decided of; `ignore`: the machine's own of all.
        media: `link`: name the source; `copy`: its file beside; `cut`: a clip of each row. None: as
            the format needs it.
        shares: of each split; they add up to 1. Empty: all is `train`.
        group: what is never on both sides of a split.
        workers: processes that cut at once.
        blur_faces: leave no face to be recognised in what is cut.
        drop_text: tell nothing that is said, nor what quotes it.
        pseudonymise: put others in place of the names of speakers.
    """

    format: str
    where: str | None = None
    min_confidence: float | None = None
    level: Level = "utterance"
    reviewed: Reviewed = "first"
    media: Media | None = None
    shares: Mapping[str, float] = field(default_factory=dict)
    group: Group = "video"
    workers: int = 1
    blur_faces: bool = False
    drop_text: bool = False
    pseudonymise: bool = False
