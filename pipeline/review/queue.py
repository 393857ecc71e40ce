"""A page of a queue: units chosen by filters, search and an expression, in order of doubt."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from threading import Timer
from typing import Any

import duckdb
import pyarrow as pa
from duckdb import ConstantExpression, Expression, FunctionExpression, SQLExpression

from pipeline.catalogue import Where
from pipeline.catalogue.engine import open_engine, quoted
from pipeline.review.asked import AskedQueue, Filter
from pipeline.review.units import Units
from pipeline.review.viewer import View
from stages.faults import SetupError

MOST_S = 5.0
"""Seconds that choosing may take."""

_MEMORY = "1GB"

_SHOWN = {
    "number": "number",
    "unit_id": "unit_id",
    "video_id": "video_id",
    "start_s": "start_s",
    "end_s": "end_s",
    "speaker": "left(speaker, 80)",
    "text": "left(text, 200)",
    "labels": "list_transform(labels[1:4], lambda one: left(one, 60))",
    "label_count": "len(labels)",
    "confidence": "confidence",
    "abstained": "abstained",
    "is_silent": "utterance_index IS NULL",
    "warnings": "len(warnings)",
    "micro_events": "micro_events",
    "doubt": "doubt",
    "state": "review",
    "mine": "mine",
}
_SEARCHED = ("unit_id", "speaker", "text", "description", "voice_words", "extra")
_SEARCHED_LISTS = ("labels", "warnings")
_OWN_ORDER = {"audit": "audit_lot"}


def columns_of(units: Units) -> pa.Schema:
    """What may be asked of: the columns of the catalogue, `doubt`, `review` and `mine`."""
    own = [field for field in units.table.schema if field.name not in ("number", "audit_lot")]
    return pa.schema([*own, pa.field("review", pa.string()), pa.field("mine", pa.string())])


def page_of(units: Units, view: View, asked: AskedQueue) -> dict[str, Any]:
    """The page that is asked for: `total`, how many there are, and its `rows`.

    Raises:
        SetupError: a filter or the expression is wrong, or takes too long.
    """
    mask = pa.array(view.queues[asked.queue])
    table = units.table if asked.queue == "all" else units.table.filter(mask)
    for name, column in view.columns().items():
        table = table.append_column(name, column.filter(mask))
    columns = columns_of(units)
    where = Where(asked.where, columns, "The expression") if asked.where.strip() else None
    engine = open_engine(_MEMORY)
    rows = engine.from_arrow(table)
    for condition in _conditions(asked, columns):
        rows = rows.filter(condition)
    rows = where.within(rows) if where else rows
    shown = ", ".join(f"{sql} AS {name}" for name, sql in _SHOWN.items())
    with _limited(engine, where):
        (total,) = rows.aggregate("count(*)").fetchall()[0]
        ordered = rows.order(_order(asked, columns)).limit(asked.limit, offset=asked.offset)
        found = ordered.project(shown).to_arrow_table().to_pylist()
    return {"total": total, "rows": [_told(units, row) for row in found]}


def _told(units: Units, row: dict[str, Any]) -> dict[str, Any]:
    number = row.pop("number")
    row["is_audit"] = bool(units.is_audit[number])
    row["is_double"] = bool(units.is_double[number])
    return row


@contextmanager
def _limited(engine: duckdb.DuckDBPyConnection, where: Where | None) -> Iterator[None]:
    """Break off what takes longer than `MOST_S`."""
    timer = Timer(MOST_S, engine.interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    except duckdb.Error as fault:
        if where is not None:
            raise where.refusal(fault) from fault
        raise SetupError(f"The filters cannot be told: {str(fault).splitlines()[0]}") from fault
    finally:
        timer.cancel()


def _order(asked: AskedQueue, columns: pa.Schema) -> str:
    if asked.queue in _OWN_ORDER:
        return _OWN_ORDER[asked.queue]
    if asked.sort not in columns.names:
        raise SetupError(f"There is no column {asked.sort} to sort by.")
    direction = "DESC" if asked.descending else "ASC"
    own = f"{quoted(asked.sort)} {direction} NULLS LAST, number"
    return f"review IS NOT DISTINCT FROM 'disputed' DESC, {own}" if asked.sort == "doubt" else own


def _conditions(asked: AskedQueue, columns: pa.Schema) -> Iterator[Expression]:
    if asked.search.strip():
        yield _has(_searched(columns), asked.search.strip())
    for one in asked.filters:
        if one.column not in columns.names:
            raise SetupError(f"There is no column {one.column}.")
        yield _CONDITIONS[one.operator](one, columns.field(one.column).type)


def _searched(columns: pa.Schema) -> Expression:
    texts = [f"CAST({name} AS VARCHAR)" for name in _SEARCHED if name in columns.names]
    lists = [f"array_to_string({name}, ' ')" for name in _SEARCHED_LISTS]
    return SQLExpression(f"lower(concat_ws(chr(10), {', '.join([*texts, *lists])}))")


def _has(text: Expression, wanted: str) -> Expression:
    return FunctionExpression("contains", text, ConstantExpression(wanted.lower()))


def _contains(one: Filter, kind: pa.DataType) -> Expression:
    column = quoted(one.column)
    text = f"array_to_string({column}, chr(10))" if pa.types.is_list(kind) else column
    return _has(SQLExpression(f"lower(CAST({text} AS VARCHAR))"), one.value)


def _equals(one: Filter, kind: pa.DataType) -> Expression:
    column = SQLExpression(quoted(one.column))
    if pa.types.is_list(kind):
        return FunctionExpression("list_contains", column, ConstantExpression(one.value))
    if pa.types.is_floating(kind) or pa.types.is_integer(kind):
        return column == ConstantExpression(_number(one))
    return SQLExpression(f"CAST({quoted(one.column)} AS VARCHAR)") == ConstantExpression(one.value)


def _differs(one: Filter, kind: pa.DataType) -> Expression:
    same = _equals(one, kind)
    return ~same | same.isnull()


def _at_least(one: Filter, kind: pa.DataType) -> Expression:
    return SQLExpression(_measure(one, kind)) >= ConstantExpression(_number(one))


def _at_most(one: Filter, kind: pa.DataType) -> Expression:
    return SQLExpression(_measure(one, kind)) <= ConstantExpression(_number(one))


def _measure(one: Filter, kind: pa.DataType) -> str:
    """The number that is compared; of a list, its length."""
    if pa.types.is_list(kind):
        return f"len({quoted(one.column)})"
    if pa.types.is_floating(kind) or pa.types.is_integer(kind):
        return quoted(one.column)
    raise SetupError(f"{one.column} is no number.")


def _number(one: Filter) -> float:
    try:
        return float(one.value)
    except ValueError:
        raise SetupError(f"{one.column} {one.operator} '{one.value}': is no number.") from None


def _is_empty(one: Filter, kind: pa.DataType) -> Expression:
    column = quoted(one.column)
    if pa.types.is_list(kind) or pa.types.is_map(kind):
        return SQLExpression(f"({column} IS NULL OR len({column}) = 0)")
    return SQLExpression(f"({column} IS NULL OR CAST({column} AS VARCHAR) = '')")


def _is_true(one: Filter, kind: pa.DataType) -> Expression:
    if not pa.types.is_boolean(kind):
        raise SetupError(f"{one.column} is neither true nor false.")
    return SQLExpression(quoted(one.column))


_CONDITIONS: Mapping[str, Callable[[Filter, pa.DataType], Expression]] = {
    "contains": _contains,
    "is": _equals,
    "is not": _differs,
    "at least": _at_least,
    "at most": _at_most,
    "is empty": _is_empty,
    "is not empty": lambda one, kind: ~_is_empty(one, kind),
    "is true": _is_true,
    "is false": lambda one, kind: ~_is_true(one, kind),
}
