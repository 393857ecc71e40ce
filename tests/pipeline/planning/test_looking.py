"""The head of every file, whatever it does to the process that reads it."""

import os
from pathlib import Path
from typing import Any

from pipeline.config import load_config
from pipeline.manifest import resolve_inputs
from pipeline.planning.looking import Looked, look
from stages.faults import ErrorKind
from stages.transcribe import TranscribeConfig


class _Deadly:
    """Ends the process that takes it up, as native code does that reads a broken file."""

    def __reduce__(self) -> Any:
        return os._exit, (1,)


def test_every_file_is_looked_at_in_the_order_of_the_rows(
    odd_folder: Path, looked: list[Looked]
) -> None:
    rows = resolve_inputs([str(odd_folder)]).rows
    assert [one.video_id for one in looked] == [row["video_id"] for row in rows]
    by_id = {one.video_id: one for one in looked}
    assert by_id["plain.mp4"].header is not None
    assert by_id["silent.mp4"].transcript.lines == 1
    assert by_id["empty.mp4"].fault is not None
    assert by_id["empty.mp4"].fault[0] is ErrorKind.EMPTY_FILE


def test_a_file_that_ends_its_process_takes_no_other_along(odd_folder: Path) -> None:
    rows = resolve_inputs([str(odd_folder)]).rows[:3]
    rows[1] = {**rows[1], "extra": _Deadly()}
    counted: list[int] = []
    found = look(rows, load_config("tiny", []).section(TranscribeConfig), counted.append)
    assert [one.video_id for one in found] == [row["video_id"] for row in rows]
    assert found[1].fault is not None
    assert found[1].fault[0] is ErrorKind.WORKER_DIED
    assert sum(counted) == 3
