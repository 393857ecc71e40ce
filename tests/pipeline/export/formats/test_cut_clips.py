"""Forms of which each row has a clip of its own: times and names are those of the clip."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.dataset.folder import DatasetFolder
from pipeline.export.order import Order
from pipeline.export.run import export
from pipeline.reviews.importing.taking_over import take_over
from pipeline.reviews.store import read_decisions

Cut = Callable[[str], Path]


@pytest.fixture
def cut(film_run: DatasetFolder, tmp_path: Path) -> Cut:
    """Exports the utterance from 4.0 to 5.5 s of `a.mp4`, cut out."""

    def make(name: str) -> Path:
        order = Order(name, where="unit_id = 'a.mp4#u1'", media="cut")
        export(film_run, str(tmp_path / name), order)
        return tmp_path / name

    return make


def test_names_in_the_tables_of_challenges_are_those_of_the_clips(cut: Cut) -> None:
    out = cut("mer-csv")
    with (out / "train_openset.csv").open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert (out / "media" / f"{row['name']}.mp4").is_file()


def test_subtitles_begin_with_the_clip(cut: Cut) -> None:
    (file,) = cut("webvtt").glob("*.vtt")
    assert "00:00:00.000 --> 00:00:01.500" in file.read_text()


def test_a_region_that_was_moved_in_a_clip_is_a_time_of_the_source(
    cut: Cut, film_run: DatasetFolder, tmp_path: Path
) -> None:
    (task,) = json.loads((cut("label-studio") / "tasks.json").read_text())
    assert (task["data"]["begins_s"], task["data"]["frames"]) == (4.0, [1, 38])
    result: list[dict[str, Any]] = task["predictions"][0]["result"]
    result[0]["value"]["ranges"] = [{"start": 11, "end": 38}]
    annotation = {"id": 1, "completed_by": 1, "result": result}
    file = tmp_path / "annotated.json"
    file.write_text(json.dumps([{**task, "annotations": [annotation]}]))
    take_over(film_run, str(file), "anna")
    (decision,) = read_decisions(film_run)
    assert (decision.start_s, decision.end_s) == (pytest.approx(4.4), None)
