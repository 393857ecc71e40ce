"""The stage as the pipeline calls it: rows in, rows out."""

from pathlib import Path

import pytest

from stages.decode import DecodeConfig, DecodeStage
from stages.file_state import state_of
from stages.rows import Row, from_table, to_table
from tests.clips import write_clip
from tests.rows import schema_of, source


def window_row(clip: Path, **columns: object) -> Row:
    span = {"media": None, "start_s": 0.0, "end_s": 1.0}
    return source(uri=str(clip), **{**span, **columns})


def test_a_row_gets_exactly_the_columns_of_the_spec(tmp_path: Path) -> None:
    row = window_row(write_clip(tmp_path / "a.mp4"), language="en")
    (done,) = DecodeStage(DecodeConfig())([row])
    assert set(done) == set(row) | set(DecodeStage.spec.writes) | {"timings"}
    assert done["warnings"] == []
    assert done["language"] == "en"
    assert len(done["analysis_times_s"]) == len(done["analysis_frames"]) == 25
    assert len(done["frame_times_s"]) == len(done["frames"]) == 16


def test_the_columns_survive_arrow(tmp_path: Path) -> None:
    (done,) = DecodeStage(DecodeConfig())([window_row(write_clip(tmp_path / "a.mp4"))])
    (back,) = from_table(to_table([done], schema_of(DecodeStage.spec.writes)))
    assert (back["frames"] == done["frames"]).all()
    assert (back["analysis_frames"] == done["analysis_frames"]).all()
    assert back["analysis_times_s"] == done["analysis_times_s"]


def test_config_sizes_the_frames(tmp_path: Path) -> None:
    config = DecodeConfig(image_size=64, max_frames=3, analysis_short_side=48, threads=2)
    (done,) = DecodeStage(config)([window_row(write_clip(tmp_path / "a.mp4"))])
    assert done["frames"].shape == (3, 64, 64, 3)
    assert done["analysis_frames"].shape == (25, 72, 80)


def test_warnings_are_added_and_not_repeated(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "a.mp4", seconds=1.0)
    row = window_row(clip, end_s=3.0, media={"duration_s": 3.0}, warnings=["no speech"])
    stage = DecodeStage(DecodeConfig())
    (once,) = stage([row])
    assert once["warnings"] == ["no speech", "the picture ends at 1.00 s, the file declares 3.00 s"]
    (twice,) = stage([{**row, "warnings": once["warnings"]}])
    assert twice["warnings"] == once["warnings"]


@pytest.mark.parametrize(
    ("content", "kind"),
    [(None, "not_found"), (b"", "empty_file"), (b"no video at all\n" * 99, "unreadable")],
)
def test_a_bad_file_becomes_an_error_that_names_it(
    tmp_path: Path, content: bytes | None, kind: str
) -> None:
    clip = tmp_path / "bad.mp4"
    if content is not None:
        clip.write_bytes(content)
    good = write_clip(tmp_path / "good.mp4")
    first, second = DecodeStage(DecodeConfig())([window_row(clip), window_row(good)])
    assert first["error"]["kind"] == kind
    assert first["error"]["stage"] == "decode"
    assert "bad.mp4" in first["error"]["message"]
    assert "frames" not in first
    assert second["error"] is None


def test_a_fault_of_the_picture_names_the_file(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "wide.mp4")
    (row,) = DecodeStage(DecodeConfig(max_pixels=1000))([window_row(clip)])
    assert row["error"]["kind"] == "too_large"
    assert "wide.mp4" in row["error"]["message"]


def test_a_file_that_was_written_to_meanwhile_is_told(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.mp4")
    row = window_row(clip, file=state_of(str(clip)))
    (done,) = DecodeStage(DecodeConfig())([row])
    assert done.get("error") is None
    write_clip(clip, seconds=3)
    (failed,) = DecodeStage(DecodeConfig())([row])
    error = failed["error"]
    assert (error["stage"], error["kind"]) == ("decode", "changed")
    assert str(clip) in error["message"]
