"""The flat table, read back from each of its files."""

import csv
import json
from pathlib import Path

import pyarrow.parquet as pq

from pipeline.dataset.folder import DatasetFolder
from pipeline.export.order import Order
from pipeline.export.run import export


def test_the_three_files_hold_equal_rows(spoken_run: DatasetFolder, tmp_path: Path) -> None:
    out = tmp_path / "out"
    export(spoken_run, str(out), Order("table"))
    parquet = pq.read_table(out / "train.parquet").to_pylist()
    lines = [json.loads(line) for line in (out / "train.jsonl").read_text().splitlines()]
    with (out / "train.csv").open(newline="") as file:
        cells = list(csv.DictReader(file))
    assert len(parquet) == len(lines) == len(cells) == 4
    for row, line, cell in zip(parquet, lines, cells, strict=True):
        assert set(row) == set(line) == set(cell)
        assert row["labels"] == line["labels"] == json.loads(cell["labels"])
        assert row["text"] == line["text"] == (cell["text"] or None)
    assert parquet[3]["text"] == 'It\'s \u05d0, \U0001f600 "so"'
    assert parquet[0]["media_uri"] == "/videos/a.mp4"


def test_each_split_has_files_of_its_own(spoken_run: DatasetFolder, tmp_path: Path) -> None:
    out = tmp_path / "out"
    export(spoken_run, str(out), Order("table", shares={"train": 0.5, "test": 0.5}))
    rows = {
        split: pq.read_table(out / f"{split}.parquet")["split"].to_pylist()
        for split in ("train", "test")
    }
    assert rows == {"train": ["train"] * 3, "test": ["test"]}
