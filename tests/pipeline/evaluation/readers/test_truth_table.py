"""The truth of a synthetic corpus, and other Parquet files like it."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.evaluation.answers import Answer, Facets
from pipeline.evaluation.reading import read_predictions, read_truth
from pipeline.evaluation.truth_columns import TRUTH_COLUMNS, TRUTH_FILE
from stages.faults import SetupError

ROW: dict[str, Any] = {
    "video_id": "dev-000003.mp4",
    "utterance_index": 1,
    "start_s": 1.5,
    "end_s": 3.0,
    "speaker": "Ann",
    "text": "I did not see that coming.",
    "labels": ["dismayed", "shocked"],
    "family": "surprise",
    "intensity": 0.5,
    "description": "Her brows rise.",
    "clues": [{"modality": "face", "text": "brows rise", "start_s": 1.0, "end_s": 1.2}],
    "display": "micro",
    "worn_family": None,
    "worn_labels": None,
    "text_role": "neutral",
    "text_family": None,
    "needs_context": True,
    "voice_tells": False,
    "events": [],
    "identity": "dev-0042",
    "speaker_place": "left",
    "split": "dev",
    "seed": 7,
    "clip_index": 3,
    "fps": 30.0,
    "width": 320,
    "height": 240,
}


def _write(file: Path, *rows: dict[str, Any]) -> str:
    pq.write_table(pa.Table.from_pylist(list(rows), schema=TRUTH_COLUMNS), file)
    return str(file)


@pytest.mark.parametrize("as_folder", [True, False])
def test_a_truth_is_read_from_its_file_or_the_folder(tmp_path: Path, as_folder: bool) -> None:
    file = _write(tmp_path / TRUTH_FILE, ROW)
    truth = read_truth(str(tmp_path) if as_folder else file)
    assert truth.is_synthetic
    assert truth.rows == (
        Answer(
            "dev-000003.mp4",
            ("dismayed", "shocked"),
            utterance_index=1,
            start_s=1.5,
            end_s=3.0,
            family="surprise",
            description="Her brows rise.",
            facets=Facets("micro", "neutral", needs_context=True, voice_tells=False),
            said="I did not see that coming.",
            speaker="Ann",
            brief="It answers what was said before. The words do not tell. So Ann is dismayed, "
            "shocked.",
        ),
    )


def test_a_row_in_which_nothing_can_be_told_is_one_to_abstain_on(tmp_path: Path) -> None:
    untold = {**ROW, "labels": [], "family": None, "intensity": None, "utterance_index": 2}
    (told, found) = read_truth(_write(tmp_path / TRUTH_FILE, ROW, untold)).rows
    assert (told.abstained, found.abstained) == (False, True)
    assert read_truth(_write(tmp_path / TRUTH_FILE, untold)).rows == (found,)
    assert (found.labels, found.family) == ((), None)


def test_the_columns_stand_in_the_order_that_the_page_gives() -> None:
    assert TRUTH_COLUMNS.names == list(ROW)


def test_two_columns_are_enough_whatever_the_file_is_called(tmp_path: Path) -> None:
    table = pa.table({"video_id": ["a", "b"], "labels": [["Sad"], None]})
    pq.write_table(table, tmp_path / "labels.csv")
    truth = read_predictions(str(tmp_path / "labels.csv"))
    assert not truth.is_synthetic
    assert truth.rows == (Answer("a", ("sad",)), Answer("b"))


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"video_id": ["a"]}, "has no column labels; found video_id"),
        ({"video_id": ["a"], "labels": ["sad"]}, "column labels is string, not list"),
        ({"video_id": [1], "labels": [["sad"]]}, "column video_id is int64, not string"),
        ({"video_id": [None], "labels": [["sad"]]}, "column video_id is null, not string"),
        ({"video_id": [""], "labels": [["sad"]]}, "a row has no video_id"),
        (
            {"video_id": ["a"], "labels": [["sad"]], "family": ["gloom"]},
            "a has a family that is none of happiness",
        ),
    ],
)
def test_other_columns_are_refused(
    tmp_path: Path, columns: dict[str, list[Any]], message: str
) -> None:
    pq.write_table(pa.table(columns), tmp_path / "t.parquet")
    with pytest.raises(SetupError, match=message):
        read_truth(str(tmp_path / "t.parquet"))
