"""Rows keep their tensors, their gaps and their names through Arrow."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from stages.rows import ANNOTATION_COLUMNS, FAILURE_COLUMNS, FIELDS, TENSORS, from_table, to_table
from stages.rows import schema as schema_of


def schema(names: tuple[str, ...]) -> pa.Schema:
    return schema_of(names, ("decode",), {"mine": pa.int8()})


SHAPES = hnp.array_shapes(min_dims=1, max_dims=4, min_side=0, max_side=5)


@given(st.lists(st.none() | hnp.arrays(np.uint8, SHAPES), max_size=5))
def test_tensors_of_any_shape_come_back_as_they_were(tensors: list[np.ndarray | None]) -> None:
    rows = [{"video_id": str(i), "frames": tensor} for i, tensor in enumerate(tensors)]
    back = from_table(to_table(rows, schema(("video_id", "frames"))))
    assert [row["video_id"] for row in back] == [row["video_id"] for row in rows]
    for row, tensor in zip(back, tensors, strict=True):
        if tensor is None:
            assert row["frames"] is None
        else:
            assert row["frames"].shape == tensor.shape
            assert row["frames"].dtype == np.uint8
            np.testing.assert_array_equal(row["frames"], tensor)


def test_half_floats_keep_their_bits() -> None:
    states = np.array([[0.1, -65504.0, np.inf]], np.float16)
    (row,) = from_table(to_table([{"visual_states": states}], schema(("visual_states",))))
    np.testing.assert_array_equal(row["visual_states"], states)


def test_tensors_survive_slices_and_joined_chunks() -> None:
    columns = schema(("frames",))
    tables = [to_table([{"frames": np.full((i, 2), i, np.uint8)}], columns) for i in range(4)]
    rows = from_table(pa.concat_tables(tables).slice(1, 2))
    assert [row["frames"].shape for row in rows] == [(1, 2), (2, 2)]
    assert rows[1]["frames"].max() == 2


def test_reading_a_tensor_copies_nothing() -> None:
    table = to_table([{"frames": np.zeros((4, 4), np.uint8)}], schema(("frames",)))
    address = table.column("frames").chunk(0).field("data").values.buffers()[1].address
    (row,) = from_table(table)
    assert row["frames"].__array_interface__["data"][0] == address


def test_what_a_row_lacks_is_null_and_what_is_not_asked_for_stays_out() -> None:
    table = to_table([{"video_id": "a", "uri": "b"}], schema(("video_id", "labels")))
    assert table.to_pylist() == [{"video_id": "a", "labels": None}]


def test_an_unknown_column_is_refused() -> None:
    with pytest.raises(KeyError):
        schema(("video_di",))


def test_columns_of_a_stages_own_and_its_seconds_have_their_types() -> None:
    columns = schema(("mine", "timings"))
    assert columns.field("mine").type == pa.int8()
    assert columns.field("timings").type == pa.struct([("decode", pa.float64())])


def test_an_utterance_has_the_fields_on_emotion_where_the_window_has_them() -> None:
    def fields(*names: str) -> set[str]:
        return {field.name for field in schema(names).field("utterances").type.value_type}

    assert "text" in fields("utterances")
    assert "labels" not in fields("utterances")
    assert "labels" in fields("utterances", "description")


def test_what_is_written_holds_no_tensors() -> None:
    assert not TENSORS & {*ANNOTATION_COLUMNS, *FAILURE_COLUMNS}
    assert set(TENSORS) < set(FIELDS)
