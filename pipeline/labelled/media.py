"""The videos that rows with labels are about."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.evaluation.video_names import pair_names
from pipeline.labelled.labelled import SHOWN, listed
from pipeline.manifest import local
from pipeline.manifest.source import Source
from stages.faults import SetupError
from stages.media import is_uri

_SHOWN = 5


@dataclass(frozen=True)
class FoundMedia:
    """What came of looking for videos.

    Attributes:
        paths: from the name in the labels to the absolute path of its video.
        without_media: names that have no video.
        without_rows: paths below the folder of videos that no name is about.
        notices: sentences on both, and on what was passed over.
    """

    paths: Mapping[str, str]
    without_media: tuple[str, ...]
    without_rows: tuple[str, ...]
    notices: tuple[str, ...]


def find_media(names: Iterable[str], root: str) -> FoundMedia:
    """Find the videos of rows by name, at any depth below a folder.

    Names are compared as `pipeline.evaluation.video_names` says. Links that lead out of the folder
    are passed over.

    Args:
        names: of videos, as the labels have them.
        root: a local folder.

    Raises:
        SetupError: it is none, holds no video of any of them, or a name fits several videos.
    """
    if is_uri(root) or not Path(root).is_dir():
        raise SetupError(f"{root}: is no folder of this machine; videos to train on lie in one")
    folder = Path(root).absolute()
    found = local.walk(str(folder), stay_inside=True)
    videos = {
        Path(source.uri).relative_to(folder).as_posix(): source.uri
        for source in found.videos
        if source.error is None
    }
    wanted = list(dict.fromkeys(names))
    pairing = pair_names(wanted, videos)
    _refuse_ambiguous(root, pairing.ambiguous)
    if not pairing.partners:
        raise SetupError(
            f"{root}: holds no video of any of {len(wanted)} rows. Rows are about "
            f"{listed(wanted, _SHOWN)}; videos there: {listed(list(videos), _SHOWN) or 'none'}"
        )
    taken = set(pairing.partners.values())
    return _told(
        root,
        {name: videos[pairing.partners[name]] for name in wanted if name in pairing.partners},
        tuple(name for name in wanted if name not in pairing.partners),
        tuple(path for path in videos if path not in taken),
        [*found.passed_over(root), *_unusable(found.videos)],
    )


def _unusable(videos: Iterable[Source]) -> Iterator[str]:
    for video in videos:
        if video.error is not None:
            yield f"{video.uri}: {video.error[1]}"


def _refuse_ambiguous(
    root: str, ambiguous: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]
) -> None:
    if not ambiguous:
        return
    told = [
        f"{listed(rows, _SHOWN)}: {listed(videos, _SHOWN)}"
        for rows, videos in list(ambiguous.values())[:SHOWN]
    ]
    raise SetupError(
        f"{root}: {len(ambiguous)} names of rows and videos fit more than once, so that nobody can "
        "tell which is which. Name a folder with one split alone, or put folders in front of the "
        "names of the rows.\n" + "\n".join(told)
    )


def _told(
    root: str,
    paths: Mapping[str, str],
    without_media: tuple[str, ...],
    without_rows: tuple[str, ...],
    notices: list[str],
) -> FoundMedia:
    if without_media:
        notices.append(
            f"{root}: {len(without_media)} labelled videos are not there, {len(paths)} are; "
            f"missing: {listed(without_media, _SHOWN)}."
        )
    if without_rows:
        notices.append(
            f"{root}: {len(without_rows)} videos have no labels and are not used: "
            f"{listed(without_rows, _SHOWN)}."
        )
    return FoundMedia(paths, without_media, without_rows, tuple(notices))
