"""The graph: columns that follow from the stages, and the pipeline in a plain loop."""

from pathlib import Path

from pipeline.config import load_config
from pipeline.dataset.folder import DatasetFolder
from pipeline.graph import STAGE_CLASSES, Lane, build_stage, chain, columns_after
from pipeline.manifest import resolve_inputs
from stages.rows import ANNOTATION_SCHEMA, FAILURE_SCHEMA, STAGES, TENSORS, from_table, to_table
from stages.rows import schema as schema_of
from tests.clips import tone, write_clip

SINK_ADDS = {"schema_version", "config_hash", "created_at", "micro_events"}


def test_every_stage_reads_what_stages_before_it_write() -> None:
    before: str | None = None
    for name in STAGES:
        assert set(STAGE_CLASSES[name].spec.reads) <= set(columns_after(before)), name
        before = name


def test_the_last_stage_leaves_what_is_written_and_no_tensor() -> None:
    last = set(columns_after(STAGES[-1]))
    assert set(ANNOTATION_SCHEMA.names) - SINK_ADDS <= last
    assert set(FAILURE_SCHEMA.names) - SINK_ADDS <= last
    assert not last & TENSORS


def test_the_stages_work_in_a_plain_loop_without_ray(tmp_path: Path) -> None:
    write_clip(tmp_path / "a.mp4", seconds=1, audio=tone())
    (tmp_path / "b.mp4").touch()
    config = load_config("tiny", ["generate.max_description_tokens=4"])
    stages = [build_stage(name, config) for name in STAGES]
    good, bad = chain(stages, resolve_inputs([str(tmp_path)]).rows)
    assert good["window_id"] == "a.mp4#0"
    assert good["description"] is not None
    assert set(good["timings"]) == set(STAGES)
    assert bad["error"]["kind"] == "empty_file"


def test_a_lane_records_the_cut_and_lets_recorded_windows_pass(tmp_path: Path) -> None:
    write_clip(tmp_path / "long.mp4", seconds=70, fps=1)
    config = load_config()
    lane = Lane(config.lanes[0], config, str(tmp_path / "out"))
    columns = schema_of(columns_after(None))
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
