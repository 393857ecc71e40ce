"""The stage as it is called: rows in, annotated rows out, with the tiny model and DeepSpeed."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from stages.generate import GenerateConfig, GenerateStage
from stages.model.config import ModelConfig
from stages.rows import ANNOTATION_SCHEMA, from_table, to_table
from stages.stage import Row, SetupError

QUERIES = 8
WIDTH = 128
QUICK = GenerateConfig(max_description_tokens=16, max_label_tokens=12, batch_windows=4)


@pytest.fixture(scope="module")
def stage() -> GenerateStage:
    return GenerateStage(QUICK, ModelConfig(path="tiny"))


def window(index: int, utterances: int, text: str = "I did not expect you.") -> Row:
    generator = np.random.default_rng(index)
    shape = (QUERIES * (utterances + 1), WIDTH)
    return {
        "video_id": "clip",
        "uri": "clip.mp4",
        "window_id": f"clip#{index}",
        "start_s": 0.0,
        "end_s": 8.0,
        "frame_times_s": [0.5 * frame for frame in range(16)],
        "visual_tokens": generator.normal(size=shape).astype(np.float16),
        "utterances": [
            {
                "index": spoken,
                "start_s": 2.0 * spoken,
                "end_s": 2.0 * spoken + 1.5,
                "speaker": "Anna",
                "text": text,
                "text_source": "sidecar",
                "text_confidence": None,
            }
            for spoken in range(utterances)
        ],
    }


def emotions(row: Row) -> list[dict[str, Any]]:
    names = ("description", "labels", "label_confidence", "abstained")
    return [{name: part[name] for name in names} for part in (row, *row["utterances"])]


def words(row: Row) -> list[tuple[str, list[str]]]:
    return [(said["description"], said["labels"]) for said in emotions(row)]


def test_a_window_and_each_utterance_are_annotated(stage: GenerateStage) -> None:
    (row,) = stage([window(0, 2)])
    assert row.get("error") is None
    assert "visual_tokens" not in row
    assert "frame_times_s" not in row
    assert row["model"]["engine"] == "deepspeed"
    assert set(row["model"]) == {"name", "revision", "trained", "engine"}
    assert row["timings"]["generate"] > 0
    assert [spoken["text"] for spoken in row["utterances"]] == ["I did not expect you."] * 2
    assert len(emotions(row)) == 3
    for said in emotions(row):
        assert said["description"]
        assert said["abstained"] == (not said["labels"])
        assert len(said["labels"]) == len(said["label_confidence"])


def test_a_window_without_utterances_is_annotated(stage: GenerateStage) -> None:
    (row,) = stage([window(0, 0)])
    assert row["description"]
    assert row["utterances"] == []


def test_company_does_not_change_an_annotation(stage: GenerateStage) -> None:
    """Alone, in a full batch, in another order: the same words."""
    rows = [window(index, index % 3) for index in range(6)]
    alone = {row["window_id"]: words(row) for one in rows for row in stage([one])}
    together = {row["window_id"]: words(row) for row in stage(rows)}
    backwards = {row["window_id"]: words(row) for row in stage(rows[::-1])}
    assert alone == together == backwards


def test_what_was_seen_and_what_was_said_both_matter(stage: GenerateStage) -> None:
    (row,) = stage([window(0, 1)])
    (seen_otherwise,) = stage([{**window(0, 1), "visual_tokens": window(1, 1)["visual_tokens"]}])
    (said_otherwise,) = stage([window(0, 1, text="What a lovely, lovely surprise this is!")])
    assert words(seen_otherwise) != words(row)
    assert words(said_otherwise) != words(row)


def test_a_transcript_beyond_the_context_is_whole_in_the_row_and_warned_of(
    stage: GenerateStage,
) -> None:
    text = "and then he said " * 2000
    given = {**window(0, 2, text), "warnings": ["an earlier warning"]}
    (row,) = stage([given])
    assert [spoken["text"] for spoken in row["utterances"]] == [text, text]
    assert row["warnings"][0] == "an earlier warning"
    assert "does not fit the language model's context" in row["warnings"][1]
    assert len(row["warnings"]) == 2


def test_a_short_transcript_warns_of_nothing(stage: GenerateStage) -> None:
    (row,) = stage([window(0, 1)])
    assert row["warnings"] == []


def test_one_faulty_row_fails_alone(stage: GenerateStage) -> None:
    faulty = {**window(1, 1), "visual_tokens": np.full((16, WIDTH), np.nan, np.float16)}
    first, failed, last = stage([window(0, 0), faulty, window(2, 0)])
    assert first.get("error") is None
    assert last.get("error") is None
    assert failed["error"]["stage"] == "generate"
    assert "labels" not in failed


def test_the_row_it_was_given_is_not_changed(stage: GenerateStage) -> None:
    given = window(0, 1)
    list(stage([given]))
    assert set(given["utterances"][0]) == set(window(0, 1)["utterances"][0])


def test_annotations_come_back_from_parquet(stage: GenerateStage, tmp_path: Path) -> None:
    rows = list(stage([window(0, 2), window(1, 0)]))
    pq.write_table(to_table(rows, ANNOTATION_SCHEMA), tmp_path / "part.parquet")
    read = from_table(pq.read_table(tmp_path / "part.parquet"))
    assert [words(row) for row in read] == [words(row) for row in rows]
    assert read[0]["model"] == rows[0]["model"]


def test_the_plain_engine_says_the_same_and_signs_for_it(stage: GenerateStage) -> None:
    plain = GenerateStage(
        QUICK.model_copy(update={"engine": "transformers"}), ModelConfig(path="tiny")
    )
    (row,) = plain([window(0, 2)])
    (other,) = stage([window(0, 2)])
    assert emotions(row) == emotions(other)
    assert row["model"] == {**other["model"], "engine": "transformers"}


def test_answers_longer_than_the_context_are_a_fault_of_the_set_up() -> None:
    config = GenerateConfig(max_description_tokens=2048)
    with pytest.raises(SetupError, match=r"generate\.max_description_tokens"):
        GenerateStage(config, ModelConfig(path="tiny"))
