"""The files of MERR, read back by our own reader of them."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.dataset.folder import DatasetFolder
from pipeline.evaluation.reading import read_predictions
from pipeline.export.formats.merr import merr_emotion
from pipeline.export.order import Order
from pipeline.export.run import export

Make = Callable[..., Any]


@pytest.fixture
def clips(write_run: Make, make_annotation: Make, make_event: Make) -> DatasetFolder:
    """Three videos of one window: with movements, where nobody looked, and one of disgust."""
    moved = {
        "micro_events": [make_event(0, 2.0, 2.4, intensity=0.2)],
        "face_events": [
            make_event(1, 5.0, 6.0, kind="macro", action_units=[12], intensity=0.9),
            make_event(2, 7.0, 7.2, kind="blink", action_units=[45], intensity=None),
        ],
    }
    folder: DatasetFolder = write_run(
        [
            make_annotation("a", labels=["unknown word", "worry"], **moved),
            make_annotation("b", labels=["joy"]),
            make_annotation("c", labels=["disgust"]),
        ],
        failures=[],
    )
    return folder


def test_rows_hold_what_was_measured_and_nothing_else(clips: DatasetFolder, tmp_path: Path) -> None:
    out = tmp_path / "out"
    told = export(clips, str(out), Order("merr", level="window", media="link"))
    rows = json.loads((out / "train_MERR.json").read_text("utf-8"))
    assert set(rows) == {"a", "b"}
    assert rows["a"] == {
        "AU_list": ["AU01_r", "AU02_r", "AU12_r"],
        "visual_prior_list": ["inner brow raiser", "outer brow raiser", "lip corner puller"],
        "peak_index": "138",  # 5.5 s at 25 a second, from 1
        "peak_AU_list": ["AU12"],
        "pseu_emotion": "worried",
        "text": "I ran all the way.",
        "smp_reason_caption": "A woman speaks to somebody off camera.",
    }
    assert "AU_list" not in rows["b"]
    assert told.left_out == {"without a label that means one of MERR's nine": 1}
    assert set(told.advice) == {
        "1 rows say nothing of faces (AU_list, peak_index ...): nobody looked",
        "2 rows say nothing of the voice (audio_prior_list): it was not measured",
    }


def test_lines_and_json_are_read_back_and_texts_stand_beside(
    clips: DatasetFolder, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    export(clips, str(out), Order("merr", level="window", media="link"))
    assert (out / "train_MERR.txt").read_text() == "a 250 worried\nb 250 happy\n"
    for name in ("train_MERR.txt", "train_MERR.json"):
        rows = read_predictions(str(out / name)).rows
        assert {row.video_id: row.labels for row in rows} == {"a": ("worried",), "b": ("happy",)}
    with (out / "train_transcription.csv").open(newline="") as file:
        assert next(csv.DictReader(file)) == {"name": "a", "sentence": "I ran all the way."}


@pytest.mark.parametrize(
    ("labels", "emotion"),
    [
        (["glad"], "happy"),
        (["doubtful"], "doubt"),
        (["disgusted", "furious"], "angry"),
        (["disgusted"], None),
        (["no such word"], None),
        ([], None),
    ],
)
def test_the_first_label_that_means_one_of_the_nine_gives_it(
    labels: list[str], emotion: str | None
) -> None:
    assert merr_emotion(labels) == emotion
