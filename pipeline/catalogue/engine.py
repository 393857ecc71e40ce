"""DuckDB as it is used here: in memory, and with no way to a file or a network.

What people write is evaluated by it: an expression of theirs can ask of the rows it is given and
of nothing else.
"""

from functools import cache

import duckdb


def open_engine(memory: str = "80%") -> duckdb.DuckDBPyConnection:
    """A new connection, to be used by one thread. It shares nothing but its memory with others.

    Args:
        memory: that a query may take, as DuckDB writes it.
    """
    return _database(memory).cursor()


def quoted(name: str) -> str:
    """The name of a column as SQL has it, whatever characters it holds."""
    return '"' + name.replace('"', '""') + '"'


@cache
def _database(memory: str) -> duckdb.DuckDBPyConnection:
    """Opened once: that takes longer than most questions do."""
    engine = duckdb.connect(
        ":memory:",
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "enable_external_access": "false",
            "memory_limit": memory,
        },
    )
    engine.execute("SET GLOBAL TimeZone = 'UTC'")
    engine.execute("SET lock_configuration = true")
    return engine
