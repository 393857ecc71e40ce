"""The guard of a stage: rows at fault are marked, sound rows are not, nothing is lost."""

from typing import ClassVar

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from stages.stage import DataFault, ErrorKind, Row, Stage, StageSpec


class Halve(Stage):
    """Drops `frames`, and faults on rows that say so."""

    spec: ClassVar[StageSpec] = StageSpec(
        name="decode", reads=("frames",), writes=("warnings",), drops=("frames",)
    )

    def __init__(self, batch_rows: int = 1) -> None:
        self.batch_rows = batch_rows

    def process(self, rows: list[Row]) -> list[Row]:
        assert len(rows) <= self.batch_rows
        for row in rows:
            if row["video_id"].startswith("fault"):
                raise DataFault(ErrorKind.NO_FRAMES, "no frame decodes")
            if row["video_id"].startswith("defect"):
                raise ZeroDivisionError("oops")
        return [{**row, "warnings": ["seen"]} for row in rows]


IDS = st.lists(st.sampled_from(["sound", "fault", "defect", "earlier"]), max_size=12)


def _rows(kinds: list[str]) -> list[Row]:
    return [
        {
            "video_id": f"{kind}{i}",
            "uri": kind,
            "frames": np.zeros(3),
            "error": {"kind": "not_found"} if kind == "earlier" else None,
        }
        for i, kind in enumerate(kinds)
    ]


@given(IDS, st.integers(1, 5))
def test_every_row_comes_out_once_in_order_and_only_the_guilty_are_marked(
    kinds: list[str], batch_rows: int
) -> None:
    done = list(Halve(batch_rows)(_rows(kinds)))
    assert [row["video_id"] for row in done] == [f"{kind}{i}" for i, kind in enumerate(kinds)]
    for kind, row in zip(kinds, done, strict=True):
        match kind:
            case "sound":
                assert row.get("error") is None
                assert row["warnings"] == ["seen"]
            case "fault":
                assert row["error"] == {
                    "stage": "decode",
                    "kind": "no_frames",
                    "message": "no frame decodes",
                }
            case "defect":
                assert row["error"]["kind"] == "internal"
                assert "oops" in row["error"]["message"]
            case "earlier":
                assert row["error"] == {"kind": "not_found"}


def test_dropped_columns_and_tensors_of_failed_rows_do_not_travel_on() -> None:
    for row in Halve()(_rows(["sound", "fault"])):
        assert "frames" not in row


def test_the_seconds_of_a_stage_are_noted_beside_those_of_others() -> None:
    (row,) = Halve()([{"video_id": "sound", "timings": {"transcribe": 2.0}}])
    assert row["timings"]["transcribe"] == 2.0
    assert row["timings"]["decode"] >= 0


def test_rows_flow_one_batch_at_a_time() -> None:
    taken: list[int] = []

    def source():
        for i in range(10):
            taken.append(i)
            yield {"video_id": f"sound{i}"}

    next(iter(Halve(2)(source())))
    assert taken == [0, 1]
