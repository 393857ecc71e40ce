"""The files behind source rows: how large each is, and when it was written."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from stages.file_state import state_of
from stages.rows import Row

_AT_ONCE = 32  # a store is waited for; what it listed before is not asked again


def with_states(rows: Sequence[Row]) -> list[Row]:
    """The rows, each with the state of its file as `file`; None where there is none."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        states = pool.map(state_of, [row["uri"] for row in rows])
        return [{**row, "file": state} for row, state in zip(rows, states, strict=True)]
