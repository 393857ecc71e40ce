"""What gives way to rows that were made again, and which of these do not count."""

from pathlib import Path

import pyarrow as pa

from pipeline.dataset.replacing import Rows, decide
from stages.rows import Row
from tests.pipeline.conftest import RECORD, annotation, failure, write_folder

OLD, NEW = RECORD["config_hash"], "0123456789ab"


def _failed(video_id: str, index: int) -> Row:
    return failure(video_id, window_id=f"{video_id}#{index}", window_index=index, config_hash=OLD)


def test_each_window_is_decided_for_itself_and_a_video_cut_anew_as_a_whole(tmp_path: Path) -> None:
    older = write_folder(
        tmp_path / "older",
        [annotation("a", at, 2) for at in (0, 1)],
        [annotation("cut", at, 2) for at in (0, 1)],
        failures=[_failed("a", 2)],
    )
    again = write_folder(
        tmp_path / "again",
        [annotation("a", 0, 2), annotation("cut", 0, 3)],
        failures=[_failed("a", 1), _failed("a", 2), _failed("cut", 1)],
    )
    decision = decide(older, again, NEW, {"cut"})
    assert decision.leaving == Rows({}, {"a#0": NEW, "a#2": NEW})
    assert decision.refused == Rows({"cut": OLD}, {"a#1": OLD})
    assert decision.made == 1


def test_rows_are_told_apart_by_window_and_by_video() -> None:
    rows = Rows({"cut": "1"}, {"a#0": "2"})
    table = pa.table(
        {"video_id": ["a", "a", "cut", "cut"], "window_id": ["a#0", "a#1", "cut#0", None]}
    )
    assert rows.among(table).to_pylist() == [True, False, True, True]
    kept = table.filter(rows.among(table))
    assert rows.standing_instead(kept) == ["2", "1", "1"]
    assert not Rows()
