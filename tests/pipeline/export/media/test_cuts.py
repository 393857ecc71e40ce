"""A clip for each row, made once."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import av
import pyarrow as pa
import pytest

from pipeline.dataset.folder import DatasetFolder
from pipeline.export.order import Order
from pipeline.export.run import export
from stages.faults import SetupError
from tests.clips import number_of

CUT = Order("table", media="cut")


def _rows(out: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (out / "train.jsonl").read_text().splitlines()]


def _numbers(path: Path) -> list[int]:
    with av.open(str(path)) as clip:
        return [number_of(frame.to_ndarray(format="gray8")) for frame in clip.decode(video=0)]


@pytest.mark.parametrize("workers", [1, 3])
def test_each_row_names_a_clip_of_its_own(
    workers: int, film_run: DatasetFolder, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    export(film_run, str(out), replace(CUT, workers=workers))
    rows = _rows(out)
    assert [row["media_uri"] for row in rows] == [
        "media/a_u0.mp4",
        "media/a_u1.mp4",
        "media/b_u0.mp4",
    ]
    assert [row["media_begins_s"] for row in rows] == [1.0, 4.0, 0.0]
    assert _numbers(out / "media/a_u1.mp4") == list(range(100, 138))
    assert {path.name for path in out.iterdir()} >= {"media", "export.json"}
    assert not list(out.glob(".made/*"))


def test_a_clip_that_is_whole_is_not_cut_again(film_run: DatasetFolder, tmp_path: Path) -> None:
    out = tmp_path / "out"
    export(film_run, str(out), CUT)
    before = {path.name: path.stat().st_mtime_ns for path in (out / "media").iterdir()}
    (out / "media/a_u1.mp4").write_bytes(b"half")
    export(film_run, str(out), CUT)
    after = {path.name: path.stat().st_mtime_ns for path in (out / "media").iterdir()}
    assert {name for name in before if before[name] != after[name]} == {"a_u1.mp4"}
    assert _numbers(out / "media/a_u1.mp4") == list(range(100, 138))


@pytest.mark.slow
def test_an_export_that_was_killed_goes_on_with_what_it_had(
    film_run: DatasetFolder, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    command = [sys.executable, "-m", "microemo", "export", film_run.location, "--to", "table"]
    process = subprocess.Popen([*command, "--out", str(out), "--media", "cut"])
    while not list(out.glob(".made/*.json")):
        assert process.poll() is None, "it ended before it could be killed"
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    process.wait()
    noted = [each["name"] for note in out.glob(".made/*") for each in json.loads(note.read_text())]
    before = {name: (out / name).stat().st_mtime_ns for name in noted}
    export(film_run, str(out), CUT)
    assert {name: (out / name).stat().st_mtime_ns for name in noted} == before
    assert len(_rows(out)) == 3
    assert not list(out.glob(".made/*"))


def test_a_source_that_has_changed_or_gone_is_left_out_and_told(
    film_run: DatasetFolder, tmp_path: Path
) -> None:
    os.utime(tmp_path / "films/a.mp4", (1e9, 1e9))
    exported = export(film_run, str(tmp_path / "out"), CUT)
    assert exported.left_out == {"its source: changed": 2}
    assert [row["unit_id"] for row in _rows(tmp_path / "out")] == ["b.mp4#u0"]
    (tmp_path / "films/b.mp4").unlink()
    with pytest.raises(SetupError, match=r"2 its source: changed, 1 its source: not found"):
        export(film_run, str(tmp_path / "elsewhere"), CUT)


def test_what_an_earlier_export_cut_and_this_one_does_not_goes(
    film_run: DatasetFolder, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    export(film_run, str(out), CUT)
    export(film_run, str(out), replace(CUT, where="video_id = 'b.mp4'"))
    assert [path.name for path in (out / "media").iterdir()] == ["b_u0.mp4"]


def test_a_copy_is_the_source_and_is_made_once(film_run: DatasetFolder, tmp_path: Path) -> None:
    out = tmp_path / "out"
    export(film_run, str(out), replace(CUT, media="copy"))
    assert (out / "media/a.mp4").read_bytes() == (tmp_path / "films/a.mp4").read_bytes()
    assert [row["media_uri"] for row in _rows(out)] == ["media/a.mp4"] * 2 + ["media/b.mp4"]
    before = (out / "media/a.mp4").stat().st_mtime_ns
    export(film_run, str(out), replace(CUT, media="copy"))
    assert (out / "media/a.mp4").stat().st_mtime_ns == before
    files = json.loads((out / "export.json").read_text())["files"]
    assert files["media/a.mp4"]["sha256"]


def test_faces_are_covered_throughout(film_run: DatasetFolder, tmp_path: Path) -> None:
    out = tmp_path / "out"
    export(film_run, str(out), replace(CUT, blur_faces=True))
    with av.open(str(out / "media/a_u0.mp4")) as clip:
        for number, frame in enumerate(clip.decode(video=0), 25):
            grey = frame.to_ndarray(format="gray8")
            assert number_of(grey[60:]) == number or number_of(grey) != number
            face = grey[20:57, 32:64]
            assert len({round(float(value), -1) for value in face.ravel()}) <= 16


@pytest.mark.parametrize(
    ("faces", "reason"),
    [
        (None, "its faces were not looked for"),
        ([{"box_times_s": None, "boxes": None}], "where its faces are was not kept"),
    ],
)
def test_rows_whose_faces_cannot_be_covered_for_sure_are_left_out(
    faces: object, reason: str, film_run: DatasetFolder, tmp_path: Path
) -> None:
    name = next(n for n in film_run.part_names("annotations") if "schema" not in n)
    table = film_run.read_table(name)
    rows = table.to_pylist()
    rows[0]["faces"] = faces
    film_run.write_table(name, pa.Table.from_pylist(rows, schema=table.schema))
    exported = export(film_run, str(tmp_path / "out"), replace(CUT, blur_faces=True))
    assert [told.partition(" (")[0] for told in exported.left_out] == [reason]
    assert exported.rows == {"train": 1}
