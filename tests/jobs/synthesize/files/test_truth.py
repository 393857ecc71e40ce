"""The table of truth: each utterance, each movement once, the same bytes for the same rows."""

from collections.abc import Iterable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.synthesize.files.truth import Row, truth_writer
from pipeline.evaluation.truth_columns import TRUTH_COLUMNS
from tests.jobs.synthesize.files.making import movement, rows_of_clip


def _write(path: Path, clips: Iterable[list[Row]]) -> bytes:
    with truth_writer(path) as writer:
        for rows in clips:
            writer.add(rows)
    return path.read_bytes()


def test_a_masked_turn_comes_back_as_it_was_written(tmp_path: Path) -> None:
    _write(tmp_path / "truth.parquet", [rows_of_clip(3, [movement("micro", 2.7, turn=1)])])
    table = pq.read_table(tmp_path / "truth.parquet")
    assert table.schema.equals(TRUTH_COLUMNS)
    asked, masked = table.to_pylist()
    assert masked == {
        "video_id": "dev-000003.mp4",
        "utterance_index": 1,
        "start_s": 3.0,
        "end_s": 4.5,
        "speaker": "Bo",
        "text": "I am.",
        "labels": ["resentful", "angry"],
        "family": "anger",
        "intensity": 0.75,
        "description": "Bo smiles.",
        "clues": [{"modality": "face", "text": "a smile", "start_s": 3.1, "end_s": 3.9}],
        "display": "masked",
        "worn_family": "happiness",
        "worn_labels": ["pleased"],
        "text_role": "neutral",
        "text_family": None,
        "needs_context": False,
        "voice_tells": False,
        "events": [
            {
                "person": "Bo",
                "kind": "micro",
                "pattern": "happiness-duchenne",
                "action_units": [6, 12],
                "side": "both",
                "onset_s": 2.7 - 0.12,
                "apex_s": 2.7,
                "offset_s": 2.7 + 0.12,
                "intensity": 0.5,
                "in_view": True,
            }
        ],
        "identity": "dev-0008",
        "speaker_place": "right",
        "split": "dev",
        "seed": 11,
        "clip_index": 3,
        "fps": 25.0,
        "width": 640,
        "height": 360,
    }
    assert asked["identity"] == "dev-0007"
    assert asked["worn_family"] is None
    assert asked["worn_labels"] is None


@pytest.mark.parametrize(
    ("apex_s", "turn", "row"),
    [
        (0.2, None, 0),  # before anybody speaks
        (2.4, None, 0),  # the pause from 2 to 3 s is shared
        (2.5, None, 1),
        (9.0, None, 1),
        (0.2, 1, 1),  # it shows what is felt in the second turn
    ],
)
def test_a_movement_is_in_the_row_of_its_turn_or_of_its_time(
    apex_s: float, turn: int | None, row: int
) -> None:
    kind = "blink" if turn is None else "micro"
    rows = rows_of_clip(movements=[movement(kind, apex_s, turn)])
    assert [len(one["events"]) for one in rows] == [1 - row, row]


@given(st.lists(st.tuples(st.floats(0.2, 6), st.sampled_from([None, 0, 1])), max_size=8))
def test_each_movement_is_in_exactly_one_row(drawn: list[tuple[float, int | None]]) -> None:
    movements = [movement("macro" if turn else "blink", at_s, turn) for at_s, turn in drawn]
    events = [event for row in rows_of_clip(movements=movements) for event in row["events"]]
    assert sorted(event["apex_s"] for event in events) == sorted(at_s for at_s, _ in drawn)


def test_the_same_rows_give_the_same_bytes_however_they_come(tmp_path: Path) -> None:
    clips = [rows_of_clip(index) for index in range(700)]
    one_by_one = _write(tmp_path / "a.parquet", clips)
    at_once = _write(tmp_path / "b.parquet", [[row for rows in clips for row in rows]])
    assert one_by_one == at_once
    metadata = pq.read_metadata(tmp_path / "a.parquet")
    assert [metadata.row_group(i).num_rows for i in range(metadata.num_row_groups)] == [1024, 376]


def test_a_table_that_breaks_off_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "truth.parquet"

    def break_off() -> None:
        with truth_writer(path) as writer:
            writer.add(rows_of_clip())
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        break_off()
    assert not list(tmp_path.iterdir())
