"""The tables of the MER challenges, read back as their code and ours read them."""

import csv
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.dataset.folder import DatasetFolder
from pipeline.evaluation.reading import read_predictions
from pipeline.export.order import Order
from pipeline.export.run import Exported, export
from pipeline.reviews.decision import Decision
from pipeline.reviews.store import DecisionLog
from tests.pipeline.export.hard_texts import HARD_DESCRIPTION, HARD_TEXT

Export = Callable[..., tuple[Path, Exported]]


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def _as_the_challenge_splits(text: str) -> list[str]:
    """A list as text, split at every quote and comma (FIELD: string_to_list)."""
    parts = re.split("['\",]", text.removeprefix("[").removesuffix("]"))
    return [part.strip() for part in parts if part.strip()]


@pytest.fixture
def export_b(
    spoken_run: DatasetFolder, decide: Callable[..., Decision], tmp_path: Path
) -> Callable[..., tuple[Path, Exported]]:
    """Exports the one window of video `b`, which is all of it, with what a person said of it."""

    def make(**said: Any) -> tuple[Path, Exported]:
        whole = {"utterance_index": None, "row_start_s": 0.0, "row_end_s": 10.0}
        decide(video_id="b", verdict="corrected", **whole, **said)
        out = tmp_path / "out"
        order = Order("mer-csv", where="video_id = 'b'", level="window", media="link")
        return out, export(spoken_run, str(out), order)

    return make


def test_labels_survive_a_reader_that_splits_at_quotes_and_commas(export_b: Export) -> None:
    labels = ["can't, care", 'so "so"', "שמחה", "two\nlines", "😀 joy"]
    out, told = export_b(labels=labels)
    (row,) = _rows(out / "train_openset.csv")
    plain = ["can’t; care", "so ”so”", "שמחה", "two lines", "😀 joy"]
    assert _as_the_challenge_splits(row["openset"]) == plain
    assert told.advice == ("2 labels have ’ ” ; for quotes and commas, at which the readers split",)
    (answer,) = read_predictions(str(out / "train_openset.csv")).rows
    assert answer.labels == tuple(plain)


def test_reasons_and_subtitles_are_as_they_are(export_b: Export) -> None:
    out, _ = export_b(text=HARD_TEXT, description=HARD_DESCRIPTION)
    assert _rows(out / "train_reason.csv") == [{"name": "b", "reason": HARD_DESCRIPTION}]
    subtitle = {"name": "b", "chinese": "", "english": HARD_TEXT}
    assert _rows(out / "train_subtitle.csv") == [subtitle]


@pytest.mark.parametrize(
    ("text", "column"),
    [("So it is.", "english"), ("就是这样。", "chinese"), ("Так и есть.", None), ("好 OK", None)],
)
def test_a_text_of_unknown_language_stands_under_that_of_its_letters(
    text: str, column: str | None, write_run: Any, make_annotation: Any, tmp_path: Path
) -> None:
    run = write_run([make_annotation("b", language=None)], failures=[])
    said = {"utterance_index": None, "row_start_s": 0.0, "row_end_s": 10.0, "text": text}
    DecisionLog(run).add(
        Decision(reviewer="anna", video_id="b", window_index=0, verdict="corrected", **said)
    )
    out = tmp_path / "out"
    told = export(run, str(out), Order("mer-csv", level="window", media="link"))
    if column is None:
        assert not (out / "train_subtitle.csv").exists()
        assert "1 texts that are neither Chinese nor English are not in subtitle" in told.advice
    else:
        assert _rows(out / "train_subtitle.csv")[0][column] == text


def test_a_row_without_labels_is_not_called_neutral(export_b: Export) -> None:
    out, told = export_b(labels=[])
    assert not (out / "train_openset.csv").exists()
    assert told.advice == (
        "1 rows without labels are not in openset, where an empty list is neutral",
    )
