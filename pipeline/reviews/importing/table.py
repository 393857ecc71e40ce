"""Decisions in a delimited text: a row for each."""

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeVar, get_args

from pipeline.evaluation.readers.label_lists import labels_in
from pipeline.manifest.entries import Faults, read_text
from pipeline.manifest.records import delimited_records
from pipeline.manifest.source import suffix
from pipeline.reviews.decision import Task, Verdict
from pipeline.reviews.importing.said import Said
from stages.delimited import plain_name
from stages.faults import SetupError

_Word = TypeVar("_Word", bound=str)
_COLUMNS = (
    *("unit_id", "video_id", "utterance_index", "reviewer", "verdict", "labels", "description"),
    *("text", "start_s", "end_s", "speaker_track", "comment", "seconds", "task", "at"),
    "config_hash",
)
_VERDICTS: Sequence[Verdict] = [one for one in get_args(Verdict) if one != "withdrawn"]
_TASKS: Sequence[Task] = get_args(Task)
_BY_PLAIN = {plain_name(column): column for column in _COLUMNS}


def said_in_table(file: str, reviewer: str | None, notices: list[str]) -> list[Said]:
    """What each row of a table says. Rows without a verdict are passed over, and counted.

    Args:
        file: absolute path or URI.
        reviewer: who decided where the table does not say.
        notices: takes a sentence on what was passed over.

    Raises:
        SetupError: it cannot be read, lacks columns, or a row cannot be followed.
    """
    is_known = _BY_PLAIN.__contains__
    records = delimited_records(
        file, read_text(file, notices), lambda name: is_known(plain_name(name)), suffix(file)
    )
    names = {
        _BY_PLAIN[plain_name(column)]: column
        for column in reversed(records.columns)
        if is_known(plain_name(column))
    }
    _require_columns(file, names, reviewer)
    others = [column for column in records.columns if column not in names.values()]
    if others:
        notices.append(f"{file}: columns that were passed over: {', '.join(others[:20])}")
    said, faults, undecided = [], Faults(file), 0
    for line, record in records.rows:
        cells = {name: _text(record.get(column)) for name, column in names.items()}
        if not cells["verdict"]:
            undecided += 1
            continue
        try:
            said.append(_said(f"{file}, line {line}", cells, reviewer))
        except ValueError as fault:
            faults.add(line, str(fault))
    faults.raise_if_any()
    if undecided:
        notices.append(f"{file}: {undecided} rows have no verdict")
    return said


def _require_columns(file: str, names: Mapping[str, str], reviewer: str | None) -> None:
    missing = [] if "verdict" in names else ["verdict"]
    if "unit_id" not in names and not {"video_id", "utterance_index"} <= names.keys():
        missing.append("unit_id (or video_id and utterance_index)")
    if "reviewer" not in names and reviewer is None:
        missing.append("reviewer (or name who decided by --reviewer)")
    if missing:
        raise SetupError(
            f"{file}: lacks {', '.join(missing)}. Columns of decisions are {', '.join(_COLUMNS)}."
        )


def _text(cell: object) -> str:
    return "" if cell is None else str(cell).strip()


def _said(place: str, cells: Mapping[str, str], reviewer: str | None) -> Said:
    """
    Raises:
        ValueError: a cell holds something else than it should.
    """
    who = cells.get("reviewer") or reviewer
    if not who:
        raise ValueError("does not say who decided; name a reviewer")
    unit_id = cells.get("unit_id") or None
    if unit_id is None and not (cells.get("video_id") and cells.get("utterance_index")):
        raise ValueError("does not say which row is meant")
    labels = cells.get("labels") or ""
    return Said(
        place=place,
        source="csv",
        reviewer=who,
        unit_id=unit_id,
        video_id=cells.get("video_id") or None,
        utterance_index=_whole(cells, "utterance_index"),
        verdict=_one_of(cells["verdict"], _VERDICTS, "verdict"),
        labels=labels_in(labels) if labels else None,
        description=cells.get("description") or None,
        text=cells.get("text") or None,
        start_s=_number(cells, "start_s"),
        end_s=_number(cells, "end_s"),
        speaker_track=_whole(cells, "speaker_track"),
        comment=cells.get("comment") or "",
        seconds=_number(cells, "seconds") or 0.0,
        task=_one_of(cells.get("task") or "review", _TASKS, "task"),
        at=_time(cells.get("at") or ""),
        config_hash=cells.get("config_hash") or None,
    )


def _one_of(text: str, words: Sequence[_Word], name: str) -> _Word:
    for word in words:
        if text.lower() == word:
            return word
    raise ValueError(f"{name} {text[:40]} is none of {', '.join(words)}")


def _number(cells: Mapping[str, str], name: str) -> float | None:
    text = cells.get(name)
    if not text:
        return None
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(f"{name} {text[:40]} is no number")
    return number


def _whole(cells: Mapping[str, str], name: str) -> int | None:
    number = _number(cells, name)
    if number is None:
        return None
    if number != int(number) or number < 0:
        raise ValueError(f"{name} {cells[name][:40]} is no whole number of 0 or more")
    return int(number)


def _time(text: str) -> datetime | None:
    if not text:
        return None
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"at {text[:40]} is no time in ISO 8601") from None
    return read if read.tzinfo else read.replace(tzinfo=UTC)
