"""What trainers load of an export, through their own loaders."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.dataset.folder import DatasetFolder
from pipeline.export.order import Order
from pipeline.export.run import export
from pipeline.reviews.decision import Decision
from pipeline.reviews.store import DecisionLog
from tests.pipeline.export.conftest import HARD

pytestmark = [pytest.mark.readers, pytest.mark.timeout(900)]

Read = Callable[..., list[Any]]


@pytest.fixture
def corrected(film_run: DatasetFolder) -> DatasetFolder:
    """The run with one utterance corrected."""
    DecisionLog(film_run).add(
        Decision(
            reviewer="anna",
            video_id="a.mp4",
            window_index=0,
            utterance_index=0,
            row_start_s=1.0,
            row_end_s=2.0,
            verdict="corrected",
            labels=("relief",),
            description="She breathes out.",
        )
    )
    return film_run


def _out(run: DatasetFolder, name: str, tmp_path: Path) -> Path:
    export(run, str(tmp_path / "out"), Order(name))
    return tmp_path / "out"


@pytest.mark.parametrize("sound", [False, True])
def test_llama_factory_sees_every_frame_at_the_rate_that_is_told(
    sound: bool, film_run: DatasetFolder, read: Read, tmp_path: Path
) -> None:
    out = _out(film_run, "llama-factory", tmp_path)
    name = "microemo_train_sound" if sound else "microemo_train"
    rows = read("llama-factory", name, "26", "39", folder=out)
    # Of 25, 25 and 38: what is made for Qwen's models has an even number.
    assert sorted(row["frames"] for row in rows) == [[26], [26], [38]]
    assert {row["audios"] for row in rows} == {int(sound)}
    said = next(row["response"][0]["content"] for row in rows if "שמח" in str(row))
    assert said.startswith(HARD["description"])
    assert '"sad, but calm"' in said


def test_llama_factory_at_its_own_rate_sees_hardly_anything(
    film_run: DatasetFolder, read: Read, tmp_path: Path
) -> None:
    out = _out(film_run, "llama-factory", tmp_path)
    rows = read("llama-factory", "microemo_train", "2", "128", folder=out)
    assert sorted(row["frames"] for row in rows) == [[2], [2], [4]]


def test_llama_factory_reads_pairs(corrected: DatasetFolder, read: Read, tmp_path: Path) -> None:
    out = _out(corrected, "preferences", tmp_path)
    (row,) = read("llama-factory", "microemo_preferences_train", "25", "39", folder=out)
    chosen, rejected = (answer["content"] for answer in row["response"])
    assert chosen == "She breathes out.\nEmotions: relief"
    assert rejected.startswith(HARD["description"])


def test_ms_swift_keeps_the_weight_and_the_rate_of_each_row(
    film_run: DatasetFolder, read: Read, tmp_path: Path
) -> None:
    out = _out(film_run, "ms-swift", tmp_path)
    rows = read("ms-swift", "train_sound.jsonl", folder=out)
    weights = sorted(row["messages"][1]["loss_scale"] for row in rows)
    assert weights == pytest.approx([0.82, 0.82, 0.9])
    assert {row["chat_template_kwargs"]["fps"] for row in rows} == {25.0}
    assert all(len(row["videos"]) == len(row["audios"]) == 1 for row in rows)


def test_ms_swift_reads_pairs(corrected: DatasetFolder, read: Read, tmp_path: Path) -> None:
    out = _out(corrected, "preferences", tmp_path)
    (row,) = read("ms-swift", "ms_swift_train.jsonl", folder=out)
    assert row["messages"][-1]["content"] == "She breathes out.\nEmotions: relief"
    assert str(row["rejected"]).find("it's complicated") > 0


def test_trl_takes_the_stills_of_each_clip(
    film_run: DatasetFolder, read: Read, tmp_path: Path
) -> None:
    out = _out(film_run, "trl", tmp_path)
    rows = read("trl", "train.parquet", folder=out)
    assert [row["images"] for row in rows] == [8, 8, 8]
    assert rows[0]["size"] == [160, 96]
    assert rows[0]["text"].startswith(HARD["description"])


def test_trl_takes_pairs(corrected: DatasetFolder, read: Read, tmp_path: Path) -> None:
    out = _out(corrected, "preferences", tmp_path)
    rows = read("trl", "trl_train.parquet", folder=out)
    assert [row["answer"] for row in rows] == ["chosen", "rejected"]
