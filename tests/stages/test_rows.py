"""Rows keep their tensors, their gaps and their names through Arrow."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from stages.rows import (
    ANNOTATION_COLUMNS,
    FAILURE_COLUMNS,
    FIELDS,
    KEPT,
    KEPT_TOKENS,
    PICTURES,
    TENSORS,
    WRITTEN_AS,
    from_table,
    to_table,
)
from stages.rows import schema as schema_of


def schema(names: tuple[str, ...]) -> pa.Schema:
    return schema_of(names, ("decode",), {"mine": pa.int8()})


SHAPES = hnp.array_shapes(min_dims=1, max_dims=4, min_side=0, max_side=5)


EITHER = pytest.mark.parametrize("name", ["frames", "kept_frames"])


@EITHER
@given(tensors=st.lists(st.none() | hnp.arrays(np.uint8, SHAPES), max_size=5))
def test_tensors_of_any_shape_come_back_as_they_were(
    name: str, tensors: list[np.ndarray | None]
) -> None:
    rows = [{"video_id": str(i), name: tensor} for i, tensor in enumerate(tensors)]
    back = from_table(to_table(rows, schema(("video_id", name))))
    assert [row["video_id"] for row in back] == [row["video_id"] for row in rows]
    for row, tensor in zip(back, tensors, strict=True):
        if tensor is None:
            assert row[name] is None
        else:
            assert row[name].shape == tensor.shape
            assert row[name].dtype == np.uint8
            np.testing.assert_array_equal(row[name], tensor)


def test_half_floats_keep_their_bits() -> None:
    states = np.array([[0.1, -65504.0, np.inf]], np.float16)
    (row,) = from_table(to_table([{"visual_states": states}], schema(("visual_states",))))
    np.testing.assert_array_equal(row["visual_states"], states)


@EITHER
def test_tensors_survive_slices_and_joined_chunks(name: str) -> None:
    columns = schema((name,))
    tables = [to_table([{name: np.full((i, 2), i, np.uint8)}], columns) for i in range(4)]
    joined = pa.concat_tables(tables)
    for table in (joined, joined.combine_chunks()):
        rows = from_table(table.slice(1, 2))
        assert [row[name].shape for row in rows] == [(1, 2), (2, 2)]
        assert rows[1][name].max() == 2


@given(
    tensors=st.lists(
        st.none() | hnp.arrays(np.float16, SHAPES, elements=st.floats(width=16)), max_size=5
    )
)
def test_visual_tokens_come_back_bit_by_bit(tensors: list[np.ndarray | None]) -> None:
    rows = [{"kept_visual_tokens": tensor} for tensor in tensors]
    back = from_table(to_table(rows, schema(("kept_visual_tokens",))))
    for row, tensor in zip(back, tensors, strict=True):
        found = row["kept_visual_tokens"]
        if tensor is None:
            assert found is None
        else:
            assert found.dtype == np.float16
            assert found.shape == tensor.shape
            assert found.tobytes() == tensor.tobytes()


@EITHER
def test_reading_a_tensor_copies_nothing(name: str) -> None:
    table = to_table([{name: np.zeros((4, 4), np.uint8)}], schema((name,)))
    address = table.column(name).chunk(0).field("data").buffers()[-1].address
    (row,) = from_table(table)
    assert row[name].__array_interface__["data"][0] == address


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


def test_what_is_written_holds_no_tensors_but_kept_ones_as_one_value_each() -> None:
    assert not TENSORS & {*FAILURE_COLUMNS}
    written = TENSORS & {*ANNOTATION_COLUMNS}
    assert written == TENSORS & {*KEPT, *KEPT_TOKENS}
    assert {FIELDS[name] for name in written} == {PICTURES}
    assert written == {*WRITTEN_AS}
    assert set(TENSORS) < set(FIELDS)
