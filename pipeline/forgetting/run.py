"""Forgetting a video from end to end.

The list of forgotten videos is written first, and whatever else holds something of the video is
looked for anew each time: one that is killed on the way is ended by the same command.
"""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.forgotten import Forgotten
from pipeline.dataset.layout import (
    AGAIN,
    ANNOTATIONS,
    CUTS,
    FAILURES,
    HISTORY,
    QUALITY,
    RECORD,
    REPORT,
    cut_name,
)
from pipeline.dataset.lock import RunLock
from pipeline.dataset.quality import write_quality
from pipeline.dataset.reading import read_light
from pipeline.dataset.record import read_record
from pipeline.dataset.settling import settle
from pipeline.dataset.totals import count
from pipeline.forgetting.answers import answers_taken_out
from pipeline.forgetting.parts import Place, places_of, take_out
from pipeline.forgetting.texts import (
    decisions_taken_out,
    log_cleaned,
    owed_before,
    record_cleaned,
)
from pipeline.report import write_report
from stages.faults import SetupError

_KINDS = (
    *(ANNOTATIONS, FAILURES),
    *(f"{HISTORY}/{ANNOTATIONS}", f"{HISTORY}/{FAILURES}"),  # rows that were made again
    *(f"{AGAIN}/{ANNOTATIONS}", f"{AGAIN}/{FAILURES}"),  # rows that wait to take their places
    AGAIN,  # what is named to be made again
)


@dataclass(frozen=True)
class Forgetting:
    """Where a video was.

    Attributes:
        places: what was taken away there, in words; empty: it had been forgotten before.
    """

    places: tuple[str, ...]


def forget(folder: DatasetFolder, video_id: str) -> Forgetting:
    """Take all that a dataset holds of a video out of it, and never take the video up again.

    Args:
        folder: of the dataset.
        video_id: as in its rows.

    Raises:
        SetupError: a run writes there, a file cannot be read or written, or the dataset has never
            heard of the video.
    """
    with RunLock(folder):
        settle(folder)
        forgotten = Forgotten(folder)
        rows = [place for kind in _KINDS for place in places_of(folder, kind, video_id)]
        is_cut = folder.exists(cut_name(video_id))
        is_owed = video_id in owed_before(folder)
        if not rows and not is_cut and not is_owed and video_id not in forgotten:
            raise _unheard_of(folder, video_id)
        forgotten.add(video_id)
        return Forgetting(tuple(_taken_out(folder, video_id, rows, forgotten)))


def _taken_out(
    folder: DatasetFolder, video_id: str, rows: list[Place], forgotten: Forgotten
) -> Iterator[str]:
    names = {video_id, *(place.uri for place in rows if place.uri)}
    record = read_record(folder)
    answers = answers_taken_out(record, folder, video_id)
    if answers:
        yield f"answers of a chat model: {answers}"
    decisions = decisions_taken_out(folder, video_id)
    if decisions:
        yield f"reviews: {decisions} decisions"
    if record and record_cleaned(folder, names, forgotten.hash_of(video_id)):
        yield f"{RECORD}: inputs or commands that named it"
    lines = log_cleaned(folder, names)
    if lines:
        yield f"run.log: {lines} lines"
    for cut in (cut_name(video_id), f"{AGAIN}/{cut_name(video_id)}"):
        if folder.exists(cut):
            folder.remove(cut)
            yield f"{CUTS}: how it was cut"
    for place in rows:  # last: they say where else to look
        take_out(folder, place.name, video_id)
        yield f"{place.name}: {place.rows} rows"
    yield from _told_anew(folder, video_id)


def _told_anew(folder: DatasetFolder, video_id: str) -> Iterator[str]:
    """The figures and the page, made of what is left."""
    totals = count(folder)
    if folder.exists(QUALITY):
        owed = [one for one in owed_before(folder) if one != video_id]
        write_quality(folder, totals, list(dict.fromkeys([*totals.videos, *owed])))
        yield f"{QUALITY}: made anew"
    if folder.exists(REPORT):
        write_report(folder, totals)
        yield f"{REPORT}: made anew"


def _unheard_of(folder: DatasetFolder, video_id: str) -> SetupError:
    rows = read_light(folder, ANNOTATIONS, ["video_id"])
    known = {row["video_id"].casefold(): row["video_id"] for row in rows}
    close = difflib.get_close_matches(video_id.casefold(), known, n=1)
    hint = f" Is it {known[close[0]]}?" if close else " Ids are the paths below the input."
    return SetupError(f"{folder.location}: holds nothing of a video '{video_id}'.{hint}")
