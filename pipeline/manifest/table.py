"""Tables: CSV, TSV or Parquet files with a row a video, or a row an utterance."""

import math
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from pipeline.manifest.entries import EntryFault, Faults, Folder, refuse_if_none_exists
from pipeline.manifest.records import Record, read_records
from pipeline.manifest.source import Source
from stages.clock import seconds
from stages.delimited import plain_name
from stages.faults import ErrorKind, SetupError

FILE_COLUMNS = ("uri", "path", "video", "file", "filename")
"""Any one of these names the video; the first that is there is taken."""

COLUMNS = {
    **{name: name for name in (*FILE_COLUMNS, "transcript", "language", "text", "speaker")},
    "videoid": "video_id",
    **dict.fromkeys(("start", "starts", "starttime"), "start"),
    **dict.fromkeys(("end", "ends", "endtime"), "end"),
}
"""The plain names of columns, and what each is here."""


def read_table(file: str, notices: list[str]) -> list[Source]:
    """The videos of a table.

    A column of `FILE_COLUMNS` is needed. `video_id`, `transcript` (a file) and `language` are
    optional. With `start`, `end` (seconds or h:m:s), `text` and `speaker` each row is an
    utterance; the rows of one video are gathered. Relative names start at the table's folder.

    An utterance whose times cannot be read is left out with a warning on its video; a video all
    of whose utterances are like that fails as `bad_transcript`.

    Args:
        file: absolute path or URI of the table.
        notices: takes a sentence if columns are not used, or the encoding is not certain.

    Raises:
        SetupError: the table cannot be read, lacks a column, or a row cannot be followed; names
            the file, the line, and what was found and expected.
    """
    records = read_records(file, COLUMNS, notices)
    file_column = _file_column(file, records.columns)
    notices += _unused(file, records.columns, file_column)
    gathering = _Gathering(file, file_column, timed=_are_timed(file, records.columns))
    for line, record in records.rows:
        gathering.take(line, record)
    gathering.faults.raise_if_any()
    sources = [video.source() for video in gathering.videos.values()]
    refuse_if_none_exists(file, sources)
    return sources


def _file_column(file: str, columns: Sequence[str]) -> str:
    known = {plain_name(column) for column in columns}
    for name in FILE_COLUMNS:
        if name in known:
            return name
    raise SetupError(
        f"{file}: no column names the videos; found {', '.join(columns) or 'no columns'}; "
        f"expected one of {', '.join(FILE_COLUMNS)}"
    )


def _are_timed(file: str, columns: Sequence[str]) -> bool:
    """Whether the rows are utterances.

    Raises:
        SetupError: only a part of the columns that make an utterance is there.
    """
    known = {COLUMNS.get(plain_name(column)) for column in columns}
    missing = [name for name in ("start", "end", "text") if name not in known]
    if 0 < len(missing) < 3:
        raise SetupError(
            f"{file}: no column {' and '.join(missing)}; an utterance needs start, end and text; "
            f"found {', '.join(columns)}"
        )
    return not missing


def _unused(file: str, columns: Sequence[str], file_column: str) -> list[str]:
    unused = [
        column
        for column in columns
        if plain_name(column) not in COLUMNS
        or (plain_name(column) in FILE_COLUMNS and plain_name(column) != file_column)
    ]
    return [f"{file}: columns that are not used: {', '.join(unused)}"] if unused else []


class _Gathering:
    """Rows of the table, gathered by video."""

    def __init__(self, file: str, file_column: str, timed: bool) -> None:
        self.faults = Faults(file)
        self.videos: dict[str, _Video] = {}
        self._file_column = file_column
        self._folder = Folder(file)
        self._timed = timed

    def take(self, line: int, record: Record) -> None:
        """Add a row to its video; what cannot be followed is noted in `faults`."""
        try:
            uri, depth = self._folder.point(_text(record.get(self._file_column)))
            video_id = _text(record.get("video_id")) or None
            video = self.videos.setdefault(video_id or uri, _Video(uri, depth, video_id))
            if video.uri != uri:
                raise EntryFault(f"video_id {video_id} stands for {video.uri} above, {uri} here")
            transcript = _text(record.get("transcript"))
            video.set_fact("transcript", self._folder.point(transcript)[0] if transcript else "")
            video.set_fact("language", _text(record.get("language")).lower())
        except EntryFault as fault:
            self.faults.add(line, str(fault))
        else:
            if self._timed:
                video.add_utterance(line, record)


class _Video:
    """What the rows of one video say together."""

    def __init__(self, uri: str, depth: int, video_id: str | None) -> None:
        self.uri = uri
        self._depth = depth
        self._video_id = video_id
        self._said: dict[str, str] = {}
        self._utterances: list[dict[str, Any]] = []
        self._warnings: list[str] = []

    def set_fact(self, what: str, value: str) -> None:
        """Note a fact that holds for the whole video; an empty value says nothing."""
        if value and self._said.setdefault(what, value) != value:
            raise EntryFault(f"{what} is {self._said[what]} above, {value} here")

    def add_utterance(self, line: int, record: Record) -> None:
        """Note the utterance of a row, if it holds one."""
        if not any(_text(record.get(name)) for name in ("start", "end", "text")):
            return
        try:
            start_s, end_s = _seconds(record.get("start")), _seconds(record.get("end"))
            if end_s <= start_s:
                raise ValueError(f"the end {end_s:g} is not after the start {start_s:g}")
        except ValueError as fault:
            self._warnings.append(f"utterance in line {line} of the table left out: {fault}")
            return
        self._utterances.append(
            {
                "start_s": start_s,
                "end_s": end_s,
                "speaker": _text(record.get("speaker")) or None,
                "text": _text(record.get("text")) or None,
                "text_source": "manifest",
                "text_confidence": None,
            }
        )

    def source(self) -> Source:
        """The video, its utterances in order of time."""
        self._utterances.sort(key=lambda heard: (heard["start_s"], heard["end_s"]))
        utterances = [{"index": at, **heard} for at, heard in enumerate(self._utterances)]
        nothing_left = self._warnings and not utterances
        return Source(
            self.uri,
            self._depth,
            self._video_id,
            transcript_uri=self._said.get("transcript"),
            language=self._said.get("language"),
            utterances=utterances or None,
            warnings=self._warnings,
            error=(ErrorKind.BAD_TRANSCRIPT, self._warnings[0]) if nothing_left else None,
        )


def _seconds(value: Any) -> float:
    """A cell as seconds from 0 on.

    Raises:
        ValueError: it is no time, or negative.
    """
    found = value.total_seconds() if isinstance(value, timedelta) else seconds(str(value))
    if found < 0:
        raise ValueError(f"not a time from 0 on: {value}")
    return found


def _text(value: Any) -> str:
    """A cell as text; empty for what spreadsheets and pandas write where there is nothing."""
    is_nan = isinstance(value, float) and math.isnan(value)
    return "" if value is None or is_nan else str(value).strip()
