"""An expression over the columns of the catalogue, which chooses rows."""

import re

import duckdb
import pyarrow as pa

from pipeline.catalogue.engine import open_engine
from stages.faults import SetupError

_MOST_CHARACTERS = 10_000
_NOT_FOUND = re.compile(r'column "(?P<name>[^"]*)" not found')


class Where:
    """Which rows somebody wants: `confidence > 0.8 and 'joy' in labels`.

    The expression is one of DuckDB's SQL, over the columns of a row; what is neither true nor
    false, as of a null, is no. It can ask of no file and no other table.
    """

    def __init__(self, expression: str, columns: pa.Schema, option: str = "--where") -> None:
        """
        Args:
            expression: what must be true of a row.
            columns: those of the tables that it is asked of.
            option: what it was given with, for what is said of a wrong one.

        Raises:
            SetupError: it cannot be read, names no column that there is, or is neither true nor
                false.
        """
        self.expression = expression
        self._option = option
        self._columns = columns
        if len(expression) > _MOST_CHARACTERS:
            raise self._wrong(f"is longer than {_MOST_CHARACTERS} characters")
        self._engine = open_engine()
        try:
            self._read = duckdb.SQLExpression(expression)
            relation = self._engine.from_arrow(columns.empty_table())
            kind = relation.select(self._read).types[0]
        except duckdb.Error as fault:
            raise self._wrong(_reason(fault, columns)) from fault
        if str(kind) != "BOOLEAN":
            raise self._wrong(f"is neither true nor false of a row: it is of type {kind}")

    def matching(self, rows: pa.Table) -> pa.Table:
        """Those of which it is true, in their order.

        Raises:
            SetupError: it cannot be told of one, as where a text is no number.
        """
        try:
            return self._engine.from_arrow(rows).filter(self._read).to_arrow_table()
        except duckdb.Error as fault:
            raise self.refusal(fault) from fault

    def within(self, rows: duckdb.DuckDBPyRelation) -> duckdb.DuckDBPyRelation:
        """Those of a relation's rows, computed when they are fetched; see `refusal`."""
        return rows.filter(self._read)

    def refusal(self, fault: duckdb.Error) -> SetupError:
        """What is said of the expression where fetching from `within` raised `fault`."""
        if isinstance(fault, duckdb.InterruptException):
            return self._wrong("takes too long, and was broken off; ask for less")
        return self._wrong(_reason(fault, self._columns))

    def _wrong(self, what: str) -> SetupError:
        shown = self.expression if len(self.expression) < 200 else f"{self.expression[:200]}..."
        return SetupError(
            f"{self._option} {_in_a_line(shown)}: {_in_a_line(what)}. It takes an expression of "
            "DuckDB's SQL over the columns of a row, such as "
            "\"confidence > 0.8 and 'joy' in labels\"."
        )


def _in_a_line(text: str) -> str:
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def _reason(fault: duckdb.Error, columns: pa.Schema) -> str:
    """What DuckDB says, in a line."""
    missing = _NOT_FOUND.search(str(fault))
    if missing:
        return f"there is no column {missing['name']}; there are {', '.join(columns.names)}"
    told = str(fault).partition("\n")[0]
    return told.partition("Error: ")[2] or told
