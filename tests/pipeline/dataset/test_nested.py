"""Lists and structs are counted as columns, and what an older run did not write is nothing."""

import pyarrow as pa

from pipeline.dataset.nested import (
    elements,
    field_of,
    firsts,
    not_empty,
    true_in,
    values,
    with_elements,
)

NOTHING = pa.chunked_array([pa.nulls(3)])
LISTS = pa.chunked_array([[[0.5, 0.1], []], [None, [None], [0.25]]])


def test_lists_that_are_empty_or_missing_have_no_elements() -> None:
    assert elements(LISTS).to_pylist() == [0.5, 0.1, None, 0.25]
    assert not_empty(LISTS) == 3
    assert with_elements(LISTS).to_pylist() == [[0.5, 0.1], [None], [0.25]]
    assert firsts(LISTS) == [0.5, 0.25]


def test_a_field_is_null_where_there_is_no_struct() -> None:
    structs = pa.chunked_array([[{"kind": "blink"}, None, {"kind": None}]])
    assert field_of(structs, "kind").to_pylist() == ["blink", None, None]
    assert field_of(structs, "sort").to_pylist() == [None, None, None]


def test_texts_are_counted_and_what_is_missing_by_a_name_if_at_all() -> None:
    texts = pa.chunked_array([["a", None], ["a", "b", ""]])
    assert values(texts) == {"a": 2, "b": 1}
    assert values(texts, missing="none") == {"a": 2, "b": 1, "none": 2}


def test_a_column_that_was_not_written_counts_as_nothing() -> None:
    assert elements(NOTHING).to_pylist() == firsts(NOTHING) == []
    assert not_empty(NOTHING) == true_in(NOTHING) == 0
    assert field_of(NOTHING, "kind").to_pylist() == [None] * 3
    assert values(NOTHING) == {}
