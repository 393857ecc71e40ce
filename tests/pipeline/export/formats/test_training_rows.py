"""Rows for LLaMA-Factory, ms-swift and TRL, and pairs of answers, as they stand in the files."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from pipeline.dataset.folder import DatasetFolder
from pipeline.export.order import Order
from pipeline.export.run import export
from pipeline.reviews.decision import Decision
from pipeline.reviews.store import DecisionLog
from stages.faults import SetupError

TRAINERS = ("llama-factory", "ms-swift", "trl")


def _lines(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.fixture
def corrected(film_run: DatasetFolder) -> Callable[..., Decision]:
    """Corrects the first utterance of `a.mp4`."""

    def keep(**said: Any) -> Decision:
        decision = Decision.model_validate(
            {
                "reviewer": "anna",
                "video_id": "a.mp4",
                "window_index": 0,
                "utterance_index": 0,
                "row_start_s": 1.0,
                "row_end_s": 2.0,
                "verdict": "corrected",
                "labels": ["relief"],
                "description": "She breathes out.",
                **said,
            }
        )
        DecisionLog(film_run).add(decision)
        return decision

    return keep


@pytest.mark.parametrize("name", ["llama-factory", "ms-swift"])
def test_a_row_has_as_many_marks_as_media(
    name: str, film_run: DatasetFolder, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    export(film_run, str(out), Order(name))
    for path, sounds in (("train.jsonl", 0), ("train_sound.jsonl", 1)):
        rows = _lines(out / path)
        assert len(rows) == 3
        for row in rows:
            words = "".join(message["content"] for message in row["messages"])
            assert words.count("<video>") == len(row["videos"]) == 1
            assert words.count("<audio>") == len(row.get("audios", [])) == sounds
            assert all((out / file).exists() for file in (*row["videos"], *row.get("audios", [])))


def test_it_says_which_frame_rate_sees_everything(film_run: DatasetFolder, tmp_path: Path) -> None:
    exported = export(film_run, str(tmp_path / "out"), Order("llama-factory"))
    assert "video_fps: 26 and video_maxlen: 39" in exported.advice[0]


def test_a_row_weighs_as_much_as_it_is_sure(film_run: DatasetFolder, tmp_path: Path) -> None:
    export(film_run, str(tmp_path / "out"), Order("ms-swift"))
    rows = _lines(tmp_path / "out/train.jsonl")
    assert [row["messages"][1]["loss_scale"] for row in rows] == [0.9, 0.82, 0.82]
    assert {row["chat_template_kwargs"]["fps"] for row in rows} == {25.0}


def test_stills_of_a_clip_are_spread_over_it(film_run: DatasetFolder, tmp_path: Path) -> None:
    export(film_run, str(tmp_path / "out"), Order("trl"))
    rows = pq.read_table(tmp_path / "out/train.parquet").to_pylist()
    assert [len(row["images"]) for row in rows] == [8, 8, 8]
    assert all(row["images"][0]["bytes"].startswith(b"\xff\xd8") for row in rows)


@pytest.mark.parametrize("name", TRAINERS)
def test_a_part_of_a_video_needs_a_clip(name: str, film_run: DatasetFolder, tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"a\.mp4#u0 is a part of its video.*--media cut"):
        export(film_run, str(tmp_path / "out"), Order(name, media="link"))
    only = Order(name, media="link", where="video_id = 'b.mp4'")
    assert export(film_run, str(tmp_path / "out"), only).rows == {"train": 1}


@pytest.mark.parametrize("name", TRAINERS)
def test_nothing_is_learnt_of_a_row_without_labels(
    name: str, film_run: DatasetFolder, corrected: Callable[..., Decision], tmp_path: Path
) -> None:
    corrected(labels=[])
    exported = export(film_run, str(tmp_path / "out"), Order(name))
    assert exported.left_out == {"it has no label": 1}


def test_a_pair_is_the_answer_of_a_person_and_that_of_the_model(
    film_run: DatasetFolder, corrected: Callable[..., Decision], tmp_path: Path
) -> None:
    corrected()
    out = tmp_path / "out"
    exported = export(film_run, str(out), Order("preferences"))
    assert exported.left_out == {"nobody corrected it": 2}
    (pair,) = _lines(out / "llama_factory_train.jsonl")
    assert pair["chosen"]["content"] == "She breathes out.\nEmotions: relief"
    assert "it's complicated" in pair["rejected"]["content"]
    (row,) = _lines(out / "ms_swift_train.jsonl")
    assert row["rejected_response"] == pair["rejected"]["content"]
    (line,) = list(csv.DictReader((out / "emoprefer_train.csv").open()))
    assert line["name"] == "a_u0"
    assert line[line["preference"]] == pair["chosen"]["content"]
    assert {line["a1"], line["a2"]} == {pair["chosen"]["content"], pair["rejected"]["content"]}


def test_who_lets_stand_what_the_model_says_prefers_nothing(
    film_run: DatasetFolder, corrected: Callable[..., Decision], tmp_path: Path
) -> None:
    corrected(verdict="accepted", labels=["it's complicated"], description=None)
    with pytest.raises(SetupError, match="3 nobody corrected it"):
        export(film_run, str(tmp_path / "out"), Order("preferences"))
