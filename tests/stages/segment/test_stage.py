import pyarrow as pa
import pytest

from stages.rows import Row, from_table, to_table
from stages.segment import SegmentConfig, SegmentStage
from tests.rows import schema_of


def video(duration_s: float | None, *spans: tuple[float, float]) -> Row:
    return {
        "video_id": "talk/one",
        "uri": "talk/one.mp4",
        "language": "en",
        "media": None if duration_s is None else {"duration_s": duration_s, "has_video": True},
        "warnings": ["something from before"],
        "utterances": [
            {
                "index": i,
                "start_s": start,
                "end_s": end,
                "speaker": None,
                "text": f"t{i}",
                "text_source": "sidecar",
                "text_confidence": None,
            }
            for i, (start, end) in enumerate(spans)
        ],
    }


def test_one_row_a_window_with_the_columns_of_the_video() -> None:
    stage = SegmentStage(SegmentConfig())
    rows = list(stage([video(50, (1, 20), (22, 29), (30, 49))]))

    assert [row["window_id"] for row in rows] == ["talk/one#0", "talk/one#1"]
    assert [row["window_index"] for row in rows] == [0, 1]
    assert {row["window_count"] for row in rows} == {2}
    assert [(row["start_s"], row["end_s"]) for row in rows] == [(0, 21), (21, 50)]
    assert [[u["index"] for u in row["utterances"]] for row in rows] == [[0], [1, 2]]
    for row in rows:
        assert row["uri"] == "talk/one.mp4"
        assert row["language"] == "en"
        assert row["warnings"] == ["something from before"]
        assert row["timings"]["segment"] >= 0


def test_windows_share_the_seconds_that_were_spent_on_their_video() -> None:
    talk = {**video(50, (1, 20), (22, 29), (30, 49)), "timings": {"transcribe": 3.0}}
    windows = list(SegmentStage(SegmentConfig())([talk]))
    assert [window["timings"]["transcribe"] for window in windows] == [1.5, 1.5]


def test_the_rows_have_the_types_of_their_columns() -> None:
    stage = SegmentStage(SegmentConfig())
    columns = schema_of((*stage.spec.reads, *stage.spec.writes[:-2]))
    table = to_table(list(stage([video(95, (1, 20), (22, 29), (30, 49))])), columns)
    assert isinstance(table, pa.Table)
    assert [row["window_index"] for row in from_table(table)] == list(range(table.num_rows))


@pytest.mark.parametrize("duration_s", [None, 0.0])
def test_a_video_of_unknown_duration_has_one_window(duration_s: float | None) -> None:
    (row,) = SegmentStage(SegmentConfig())([video(duration_s)])
    assert (row["window_index"], row["window_count"]) == (0, 1)
    assert (row["start_s"], row["end_s"]) == (0, 0)


def test_an_absurd_duration_is_a_fault_of_that_row_alone() -> None:
    absurd, good = SegmentStage(SegmentConfig())([video(1e15), video(5)])
    assert absurd["error"]["kind"] == "too_large"
    assert "segment.max_windows" in absurd["error"]["message"]
    assert good.get("error") is None


def test_what_is_split_is_said_on_the_rows_it_touches() -> None:
    rows = list(SegmentStage(SegmentConfig())([video(100, (0, 50), (60, 70))]))
    assert any("split into 2" in text for text in rows[0]["warnings"])
    assert not any("split" in text for text in rows[-1]["warnings"])
