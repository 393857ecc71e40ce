"""A dataset loads as it is: its card, its pictures, and a folder without a failure."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from pipeline.dataset.card import with_features, write_card
from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.layout import ANNOTATIONS, FAILURES
from pipeline.dataset.sink import Sink, SinkConfig
from pipeline.recipe import BUILT_IN, Recipe
from stages.rows import Row


@pytest.fixture
def written(tmp_path: Path, make_annotation: Callable[..., Row]) -> Path:
    """A dataset as a run writes it, with two windows and no failure."""
    recipe = Recipe(BUILT_IN)
    folder = DatasetFolder(str(tmp_path / "out"))
    schemas = {
        ANNOTATIONS: with_features(recipe.annotation_schema),
        FAILURES: recipe.failure_schema,
    }
    sink = Sink(folder, SinkConfig(), "0123456789ab", schemas)
    write_card(folder)
    for row in (make_annotation("a"), make_annotation("b", face_strip=None)):
        sink.add(row)
    sink.flush()
    return tmp_path / "out"


def _load(folder: Path, *name: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    import datasets

    return datasets.load_dataset(
        str(folder), *name, split="train", cache_dir=str(folder.parent / "cache")
    )


def test_hugging_face_loads_the_windows_with_their_pictures(
    written: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    windows = _load(written, monkeypatch=monkeypatch)
    assert windows["video_id"] == ["a", "b"]
    strip, none = windows["face_strip"]
    assert isinstance(strip, Image.Image)
    assert none is None
    assert windows[0]["utterances"][0]["labels"] == ["breathless", "upset"]


def test_failures_are_a_table_of_their_own(
    written: Path, make_failure: Callable[..., Row], monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = Recipe(BUILT_IN)
    schemas = {ANNOTATIONS: recipe.annotation_schema, FAILURES: recipe.failure_schema}
    sink = Sink(DatasetFolder(str(written)), SinkConfig(), "0123456789ab", schemas)
    sink.add(make_failure("c"))
    sink.flush()
    failures = _load(written, FAILURES, monkeypatch=monkeypatch)
    assert [error["kind"] for error in failures["error"]] == ["unreadable"]


def test_the_card_says_what_the_values_of_trained_mean(written: Path) -> None:
    card = (written / "README.md").read_text("utf-8")
    assert "`no` means random weights" in card
    assert "trained on synthetic faces alone" in card


def test_a_card_that_somebody_wrote_stays(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("mine")
    write_card(DatasetFolder(str(tmp_path)))
    assert (tmp_path / "README.md").read_text() == "mine"


def test_columns_without_a_picture_need_no_note() -> None:
    failures = Recipe(BUILT_IN).failure_schema
    assert with_features(failures).metadata is None
