"""Every track of a dataset has a file, once."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.export.order import Order
from pipeline.export.run import export
from stages.faults import SetupError

Make = Callable[..., Any]

_ORDER = Order("openface", level="window")


def test_each_track_of_each_window_has_a_file(
    write_run: Make, make_annotation: Make, make_curves: Make, tmp_path: Path
) -> None:
    two = make_annotation("day/a.mp4", 0, 2, face_curves=[make_curves(0, 1), make_curves(0, 1, 3)])
    one = make_annotation("day/a.mp4", 1, 2, face_curves=[make_curves(10, 11)])
    dataset = write_run([two, one], [two], [make_annotation("b.mp4")])
    out = tmp_path / "out"
    exported = export(dataset, str(out), _ORDER)
    names = sorted(file.name for file in out.glob("*.csv"))
    assert names == ["day_a_w0_t0.csv", "day_a_w0_t3.csv", "day_a_w1_t0.csv"]
    assert (exported.files, exported.videos, exported.rows) == (3, 2, {"train": 3})
    lines = (out / "day_a_w1_t0.csv").read_text().splitlines()
    assert len(lines) == 1 + 25
    assert lines[1].startswith("251, 0, 10.000, ")


def test_a_dataset_without_curves_is_named_and_no_folder_made(
    write_run: Make, make_annotation: Make, tmp_path: Path
) -> None:
    dataset = write_run([make_annotation("a")])
    with pytest.raises(SetupError, match="none of the 1 windows has curves of action units"):
        export(dataset, str(tmp_path / "out"), _ORDER)
    assert not (tmp_path / "out").exists()
