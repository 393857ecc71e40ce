"""The guard of a stage: rows at fault are marked, sound rows are not, nothing is lost."""

from collections.abc import Callable, Iterable
from typing import ClassVar

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stages.contract import StageSpec
from stages.faults import DataFault, ErrorKind
from stages.rows import Row
from stages.section import Section
from stages.stage import Stage


class Switches(Section):
    """No keys."""


class Halve(Stage):
    """Drops `frames`, and faults on rows that say so."""

    section = Switches
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
    (row,) = Halve()([{"video_id": "sound", "frames": None, "timings": {"transcribe": 2.0}}])
    assert row["timings"]["transcribe"] == 2.0
    assert row["timings"]["decode"] >= 0


def test_rows_flow_one_batch_at_a_time() -> None:
    taken: list[int] = []

    def source():
        for i in range(10):
            taken.append(i)
            yield {"video_id": f"sound{i}", "frames": None}

    next(iter(Halve(2)(source())))
    assert taken == [0, 1]


class Careless(Stage):
    """Breaks one promise or another."""

    section = Switches
    spec: ClassVar[StageSpec] = StageSpec("careless", reads=("uri",), writes=("labels",))
    batch_rows = 4

    def __init__(self, breach: Callable[[list[Row]], list[Row]]) -> None:
        self._breach = breach

    def process(self, rows: list[Row]) -> list[Row]:
        return self._breach([{**row, "labels": []} for row in rows])


def _breached(breach: Callable[[list[Row]], list[Row]], rows: list[Row]) -> list[Row]:
    done = list(Careless(breach)(rows))
    assert [row["video_id"] for row in done] == [row["video_id"] for row in rows]
    return done


WINDOWS = [{"video_id": "a", "window_index": i, "uri": "u"} for i in range(4)]


def test_a_column_that_a_stage_reads_and_nobody_gave_is_an_internal_error_that_names_it() -> None:
    whole, *others = WINDOWS
    bare = {name: value for name, value in whole.items() if name != "uri"}
    first, *rest = _breached(lambda rows: rows, [bare, *others])
    assert first["error"]["kind"] == "internal"
    assert "stage careless reads uri" in first["error"]["message"]
    assert not any(row.get("error") for row in rest)


def test_a_column_that_a_stage_promised_and_does_not_give_is_one_too() -> None:
    def forget(rows: list[Row]) -> list[Row]:
        return [
            {k: v for k, v in row.items() if k != "labels" or row["window_index"] != 2}
            for row in rows
        ]

    messages = [(row.get("error") or {}).get("message", "") for row in _breached(forget, WINDOWS)]
    named = ["careless writes labels" in message for message in messages]
    assert named == [False, False, True, False]


def _lose(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row["window_index"] != 1]


def _double(rows: list[Row]) -> list[Row]:
    return [row for row in rows for _ in range(1 + (row["window_index"] == 1))]


def _exchange(rows: list[Row]) -> list[Row]:
    return [{**row, "window_index": {1: 7}.get(i := row["window_index"], i)} for row in rows]


@pytest.mark.parametrize(
    ("breach", "said"),
    [(_lose, "lost 1 of 1 rows, first a#1"), (_double, "doubled"), (_exchange, "first a#1")],
)
def test_rows_lost_doubled_or_exchanged_are_internal_errors_of_those_rows_alone(
    breach: Callable[[list[Row]], list[Row]], said: str
) -> None:
    done = _breached(breach, WINDOWS[:3])
    assert [bool(row.get("error")) for row in done] == [False, True, False]
    assert done[1]["error"]["stage"] == "careless"
    assert said in done[1]["error"]["message"]


class Cutter(Careless):
    """Makes windows."""

    spec: ClassVar[StageSpec] = StageSpec(
        "cutter", ("uri",), ("labels", "window_index"), grain="video", makes_windows=True
    )


def _cut(video: Row, indices: Iterable[int], count: int) -> list[Row]:
    return [{**video, "window_index": i, "window_count": count} for i in indices]


@given(st.integers(1, 5), st.data())
def test_a_stage_that_makes_windows_gives_each_window_once(count: int, data: st.DataObject) -> None:
    indices = data.draw(st.lists(st.integers(0, count), max_size=6))
    done = list(Cutter(lambda rows: _cut(rows[0], indices, count))([{"video_id": "a", "uri": "u"}]))
    whole = sorted(indices) == list(range(count))
    assert [row.get("error") is None for row in done] == ([True] * count if whole else [False])
