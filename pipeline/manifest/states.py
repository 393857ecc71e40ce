"""The files behind source rows: how large each is, and when it was written."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from stages.file_state import state_of
from stages.rows import Row

_AT_ONCE = 32  # a store is waited for; what it listed before is not asked again
_TOGETHER = 64  # files at most: to hand one to a thread takes longer than a local disk's answer


def with_states(rows: Sequence[Row]) -> list[Row]:
    """The rows, each with the state of its file as `file`; None where there is none."""
    together = min(_TOGETHER, len(rows) // _AT_ONCE + 1)
    parts = [rows[first : first + together] for first in range(0, len(rows), together)]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return [row for part in pool.map(_with_states, parts) for row in part]


def _with_states(rows: Sequence[Row]) -> list[Row]:
    return [{**row, "file": state_of(row["uri"])} for row in rows]
