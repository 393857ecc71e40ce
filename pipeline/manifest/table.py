"""Tables: CSV, TSV, JSON Lines or Parquet files with a row a video, or a row an utterance."""

import json
import math
from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from pipeline.manifest.entries import EntryFault, Faults, Folder, refuse_if_none_exists
from pipeline.manifest.records import Record, Records, read_records
from pipeline.manifest.source import Source
from stages.clock import seconds
from stages.delimited import plain_name
from stages.faults import ErrorKind, SetupError

FILE_COLUMNS = ("uri", "path", "video", "file", "filename")
"""Any one of these names the video; the first that is there is taken."""

_TEXT_COLUMNS = ("text", "sentence", "utterance", "transcription")
"""Any one of these is what is said; the first that is there is taken."""

COLUMNS = {
    **{name: name for name in (*FILE_COLUMNS, "transcript", "language", "speaker")},
    **dict.fromkeys(_TEXT_COLUMNS, "text"),
    "videoid": "video_id",
    **dict.fromkeys(("start", "starts", "starttime"), "start"),
    **dict.fromkeys(("end", "ends", "endtime"), "end"),
}
"""The plain names of columns, and what each is here."""


def read_table(file: str, notices: list[str]) -> list[Source]:
    """The videos of a table.

    A column of `FILE_COLUMNS` is needed. `video_id`, `transcript` (a file) and `language` are
    optional. With `text` each row is an utterance, from `start` to `end` (seconds or h:m:s) or,
    without these columns, over the whole video; `speaker` says it. The rows of one video are
    gathered. All other columns go into `Source.extra`. Relative names start at the table's folder.

    An utterance whose times cannot be read is left out with a warning on its video; a video all
    of whose utterances are like that fails as `bad_transcript`.

    Args:
        file: absolute path or URI of the table.
        notices: takes a sentence on which columns are carried along, or if the encoding is not
            certain.

    Raises:
        SetupError: the table cannot be read, lacks a column, or a row cannot be followed; names
            the file, the line, and what was found and expected.
    """
    records = read_records(file, lambda name: plain_name(name) in COLUMNS, notices)
    gathering = _Gathering(file, _Columns(file, records))
    if gathering.columns.extra:
        notices.append(f"{file}: columns carried into extra: {', '.join(gathering.columns.extra)}")
    for line, record in records.rows:
        gathering.take(line, record)
    gathering.faults.raise_if_any()
    sources = [video.source() for video in gathering.videos.values()]
    refuse_if_none_exists(file, sources)
    return sources


class _Columns:
    """What the columns of a table hold.

    Attributes:
        named: the columns by what they hold: `video` for the file, `text`, `start`, ...
        extra: the others.
    """

    def __init__(self, file: str, records: Records) -> None:
        """
        Raises:
            SetupError: none names the videos, or only a part of what makes an utterance is there.
        """
        self.decimal_comma = records.decimal_comma
        self.named: dict[str, str] = {}
        file_column = _file_column(file, records.columns)
        text_column = _first_of(_TEXT_COLUMNS, records.columns)
        for column in records.columns:
            plain = plain_name(column)
            is_taken = plain not in (*FILE_COLUMNS, *_TEXT_COLUMNS) or plain in (
                file_column,
                text_column,
            )
            if plain in COLUMNS and is_taken:
                meaning = "video" if plain == file_column else COLUMNS[plain]
                self.named.setdefault(meaning, column)
        self.extra = [name for name in records.columns if name not in self.named.values()]
        self.has_text = _are_utterances(file, self.named, records.columns)
        self.has_times = "start" in self.named

    def cell(self, record: Record, meaning: str) -> Any:
        """What a row holds under a meaning; None where it holds nothing."""
        return record.get(self.named[meaning]) if meaning in self.named else None


def _file_column(file: str, columns: Sequence[str]) -> str:
    found = _first_of(FILE_COLUMNS, columns)
    if found is None:
        raise SetupError(
            f"{file}: no column names the videos; found {', '.join(columns) or 'no columns'}; "
            f"expected one of {', '.join(FILE_COLUMNS)}"
        )
    return found


def _first_of(names: Sequence[str], columns: Sequence[str]) -> str | None:
    known = {plain_name(column) for column in columns}
    return next((name for name in names if name in known), None)


def _are_utterances(file: str, named: dict[str, str], columns: Sequence[str]) -> bool:
    """Whether the rows are utterances.

    Raises:
        SetupError: of text, start and end only a part is there that makes no utterance.
    """
    there = {"start", "end", "text"} & named.keys()
    missing = [name for name in ("start", "end", "text") if name not in there]
    if there and there != {"text"} and missing:
        raise SetupError(
            f"{file}: no column {' and '.join(missing)}; an utterance needs text, and either both "
            f"start and end or neither; found {', '.join(columns)}"
        )
    return "text" in there


class _Gathering:
    """Rows of the table, gathered by video."""

    def __init__(self, file: str, columns: _Columns) -> None:
        self.faults = Faults(file)
        self.videos: dict[str, _Video] = {}
        self.columns = columns
        self._folder = Folder(file)

    def take(self, line: int, record: Record) -> None:
        """Add a row to its video; what cannot be followed is noted in `faults`."""
        cell = self.columns.cell
        try:
            uri, depth = self._folder.point(_text(cell(record, "video")))
            video_id = _text(cell(record, "video_id")) or None
            video = self.videos.setdefault(video_id or uri, _Video(uri, depth, video_id))
            if video.uri != uri:
                raise EntryFault(f"video_id {video_id} stands for {video.uri} above, {uri} here")
            transcript = _text(cell(record, "transcript"))
            video.set_fact("transcript", self._folder.point(transcript)[0] if transcript else "")
            video.set_fact("language", _text(cell(record, "language")).lower())
        except EntryFault as fault:
            self.faults.add(line, str(fault))
            return
        video.add_extra({name: _plain(record.get(name)) for name in self.columns.extra})
        if self.columns.has_text:
            video.add_utterance(line, record, self.columns)


class _Video:
    """What the rows of one video say together."""

    def __init__(self, uri: str, depth: int, video_id: str | None) -> None:
        self.uri = uri
        self._depth = depth
        self._video_id = video_id
        self._said: dict[str, str] = {}
        self._utterances: list[dict[str, Any]] = []
        self._extra: dict[str, list[str]] = defaultdict(list)
        self._warnings: list[str] = []

    def set_fact(self, what: str, value: str) -> None:
        """Note a fact that holds for the whole video; an empty value says nothing."""
        if value and self._said.setdefault(what, value) != value:
            raise EntryFault(f"{what} is {self._said[what]} above, {value} here")

    def add_extra(self, cells: dict[str, str]) -> None:
        """Note what a row says under names that are not known here."""
        for name, value in cells.items():
            self._extra[name].append(value)

    def add_utterance(self, line: int, record: Record, columns: _Columns) -> None:
        """Note the utterance of a row, if it holds one."""
        start, end, text = (columns.cell(record, name) for name in ("start", "end", "text"))
        if not any(_text(cell) for cell in (start, end, text)):
            return
        start_s, end_s = 0.0, None  # over the whole video
        try:
            if columns.has_times:
                start_s = _seconds(start, columns.decimal_comma)
                end_s = _seconds(end, columns.decimal_comma)
                if end_s <= start_s:
                    raise ValueError(f"the end {end_s:g} is not after the start {start_s:g}")
        except ValueError as fault:
            self._warnings.append(f"utterance in line {line} of the table left out: {fault}")
            return
        self._utterances.append(
            {
                "start_s": start_s,
                "end_s": end_s,
                "speaker": _text(columns.cell(record, "speaker")) or None,
                "text": _text(text) or None,
                "text_source": "manifest",
                "text_confidence": None,
            }
        )

    def source(self) -> Source:
        """The video, its utterances in order of time."""
        self._utterances.sort(key=lambda heard: (heard["start_s"], heard["end_s"] or math.inf))
        utterances = [{"index": at, **heard} for at, heard in enumerate(self._utterances)]
        nothing_left = self._warnings and not utterances
        return Source(
            self.uri,
            self._depth,
            self._video_id,
            transcript_uri=self._said.get("transcript"),
            language=self._said.get("language"),
            utterances=utterances or None,
            extra={name: said for name, cells in self._extra.items() if (said := _joined(cells))},
            warnings=self._warnings,
            error=(ErrorKind.BAD_TRANSCRIPT, self._warnings[0]) if nothing_left else None,
        )


def _joined(cells: list[str]) -> str:
    """What the rows of a video say together; where they differ, a list in JSON, row by row."""
    return cells[0] if len(set(cells)) == 1 else json.dumps(cells, ensure_ascii=False)


def _seconds(value: Any, decimal_comma: bool) -> float:
    """A cell as seconds from 0 on.

    Raises:
        ValueError: it is no time, or negative.
    """
    if isinstance(value, timedelta):
        found = value.total_seconds()
    else:
        found = seconds(str(value), decimal_comma=decimal_comma)
    if found < 0:
        raise ValueError(f"not a time from 0 on: {value}")
    return found


def _plain(value: Any) -> str:
    """A cell that is carried along: text as it is, lists and objects as JSON."""
    if isinstance(value, bool | dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    return _text(value)


def _text(value: Any) -> str:
    """A cell as text; empty for what spreadsheets and pandas write where there is nothing."""
    is_nan = isinstance(value, float) and math.isnan(value)
    return "" if value is None or is_nan else str(value).strip()
