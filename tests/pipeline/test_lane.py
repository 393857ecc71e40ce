"""What one process of a run does with the rows it is handed."""

from pathlib import Path

import numpy as np
import pytest

from pipeline.again.entry import Entry
from pipeline.config import load_config
from pipeline.dataset.folder import DatasetFolder
from pipeline.identity import identify
from pipeline.lane import ENDS_THE_RUN, Lane
from pipeline.manifest import resolve_inputs
from stages.faults import ErrorKind, SetupError
from stages.rows import from_table, to_table
from tests.clips import write_clip


def test_a_lane_records_the_cut_and_lets_recorded_windows_pass(tmp_path: Path) -> None:
    write_clip(tmp_path / "long.mp4", seconds=70, fps=1)
    (tmp_path / "out").mkdir()
    config = load_config()
    lane = Lane(config.lanes[0], config, identify(config), str(tmp_path / "out"))
    columns = config.recipe.schema_after(None)
    windows = [
        row
        for table in lane(to_table(resolve_inputs([str(tmp_path / "long.mp4")]).rows, columns))
        for row in from_table(table)
    ]
    assert [row["window_index"] for row in windows] == list(range(len(windows)))
    (cut,) = DatasetFolder(str(tmp_path / "out")).read_tables("cuts")
    recorded = from_table(cut)
    assert [row["window_id"] for row in recorded] == [row["window_id"] for row in windows]
    (again,) = lane(to_table(recorded[1:2], columns))
    assert from_table(again)[0]["start_s"] == windows[1]["start_s"]


def test_a_cut_that_cannot_be_written_ends_the_run_instead_of_a_video(tmp_path: Path) -> None:
    write_clip(tmp_path / "long.mp4", seconds=70, fps=1)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "cuts").touch()  # where a folder should be
    config = load_config()
    lane = Lane(config.lanes[0], config, identify(config), str(tmp_path / "out"))
    sources = resolve_inputs([str(tmp_path / "long.mp4")]).rows
    source = to_table(sources, config.recipe.schema_after(None))
    (told,) = [row for table in lane(source) for row in from_table(table)]
    assert told["error"]["kind"] == ENDS_THE_RUN
    assert ENDS_THE_RUN not in list(ErrorKind)
    assert f"--out {tmp_path / 'out'}: cuts/" in told["error"]["message"]
    assert "cannot be written" in told["error"]["message"]


def test_a_machine_where_the_folder_of_the_run_is_not_there_is_told_of(tmp_path: Path) -> None:
    config = load_config()
    with pytest.raises(SetupError, match=r"out: cannot be opened on .*; it must be the same"):
        Lane(config.lanes[0], config, identify(config), str(tmp_path / "out"))


def test_a_lane_that_rows_enter_late_takes_them_as_they_were(tmp_path: Path) -> None:
    write_clip(tmp_path / "clip.mp4", seconds=2, fps=5)
    (tmp_path / "out").mkdir()
    config = load_config("tiny", ["stages=[transcribe,segment,decode,faces]"])
    (hearing, seeing), identity = config.lanes, identify(config)
    columns = config.recipe.schema_after(None)
    source = to_table(resolve_inputs([str(tmp_path / "clip.mp4")]).rows, columns)
    (heard,) = Lane(hearing, config, identity, str(tmp_path / "out"))(source)
    (seen,) = Lane(seeing, config, identity, str(tmp_path / "out"))(heard)
    (row,) = from_table(seen)
    folder = DatasetFolder(str(tmp_path / "out"))
    folder.write_table(
        "annotations/part-1.parquet", to_table([row], config.recipe.annotation_schema)
    )
    entry = Entry("decode", folder.location, takes_tokens=False)
    lane = Lane(seeing, config, identity, str(tmp_path / "out"), entry=entry)
    identity_of = {name: row[name] for name in ("video_id", "uri", "window_id", "window_index")}
    (again,) = lane(to_table([identity_of], columns))
    (made,) = from_table(again)
    assert made.keys() == row.keys()
    for name in made.keys() - {"timings"}:
        np.testing.assert_array_equal(made[name], row[name])
