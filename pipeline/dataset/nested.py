"""Columns of lists and structs, counted as columns.

What an older run did not write is null: a column, a list, a struct or a field of one.
"""

from collections import Counter

import pyarrow as pa
import pyarrow.compute as pc


def fields(structs: pa.ChunkedArray) -> list[str]:
    """The names of the fields of structs."""
    return list(structs.type.names) if pa.types.is_struct(structs.type) else []


def field_of(structs: pa.ChunkedArray, name: str) -> pa.ChunkedArray:
    """A field of each struct; null where there is no struct, or it has no such field."""
    if name not in fields(structs):
        return pa.chunked_array([pa.nulls(len(structs))])
    return pc.struct_field(structs, name)


def elements(lists: pa.ChunkedArray) -> pa.ChunkedArray:
    """The elements of all lists, one list after the other."""
    if not _is_list(lists):
        return pa.chunked_array([pa.nulls(0)])
    return pc.list_flatten(lists)


def have_elements(lists: pa.ChunkedArray) -> pa.ChunkedArray:
    """Whether each list has elements."""
    if not _is_list(lists):
        return pa.chunked_array([pa.array([False] * len(lists), pa.bool_())])
    return pc.fill_null(pc.greater(pc.list_value_length(lists), 0), False)


def with_elements(lists: pa.ChunkedArray) -> pa.ChunkedArray:
    """The lists that have elements."""
    return lists.filter(have_elements(lists))


def not_empty(lists: pa.ChunkedArray) -> int:
    """How many lists have elements."""
    return len(with_elements(lists))


def firsts(lists: pa.ChunkedArray) -> list[float]:
    """The first element of each list that has one, unless that is null."""
    full = with_elements(lists)
    if not len(full):
        return []
    found: list[float] = pc.list_element(full, 0).drop_null().to_pylist()
    return found


def true_in(flags: pa.ChunkedArray) -> int:
    """How many are true."""
    return int(pc.sum(flags.cast(pa.int64())).as_py() or 0)


def values(texts: pa.ChunkedArray, missing: str = "") -> Counter[str]:
    """How often each text is there; those that are null or empty under `missing`, if any."""
    found: Counter[str] = Counter()
    for counted in pc.value_counts(texts).to_pylist():
        found[counted["values"] or missing] += counted["counts"]
    if not missing:
        del found[missing]
    return found


def _is_list(lists: pa.ChunkedArray) -> bool:
    return bool(pa.types.is_list(lists.type) or pa.types.is_large_list(lists.type))
