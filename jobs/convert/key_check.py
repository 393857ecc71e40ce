"""Whether a file holds exactly the tensors it should, in the right shapes."""

import re
from collections.abc import Collection, Mapping
from pathlib import Path

from jobs.convert.tensor_files import FLOATS, StoredTensor
from stages.faults import SetupError

NAMED = 5
"""Keys of one kind that an error names; the rest are counted."""


def check_keys(
    file: Path,
    held: Mapping[str, StoredTensor],
    expected: Mapping[str, tuple[int, ...]],
    known_surplus: Collection[re.Pattern[str]],
) -> tuple[str, ...]:
    """The known surplus of a file whose other keys are exactly the `expected` ones.

    Args:
        file: the file or folder, for the error.
        held: what it holds, by its own names.
        expected: the shape of each tensor it must hold.
        known_surplus: patterns of whole names that are dropped.

    Returns:
        The names to drop, in the order of the file.

    Raises:
        SetupError: a key is missing, surplus, misshapen or not of floats; it is named.
    """
    unexpected = [name for name in held if name not in expected]
    dropped = [name for name in unexpected if any(one.fullmatch(name) for one in known_surplus)]
    there = [name for name in expected if name in held]
    faults = {
        "missing": [f"'{name}'" for name in expected if name not in held],
        "surplus": [f"'{name}'" for name in unexpected if name not in set(dropped)],
        "misshapen": [
            f"'{name}' is {list(held[name].shape)} and not {list(expected[name])}"
            for name in there
            if held[name].shape != tuple(expected[name])
        ],
        "not of floats": [
            f"'{name}' is {held[name].dtype}"
            for name in there
            if held[name].dtype not in FLOATS.values()
        ],
    }
    told = [f"{kind}: {_few(named)}" for kind, named in faults.items() if named]
    if told:
        raise SetupError(
            "\n".join(
                [
                    f"{file} does not hold the tensors it should.",
                    *told,
                    "Nothing was written. Is it the right file, and do the files belong together?",
                ]
            )
        )
    return tuple(dropped)


def _few(named: list[str]) -> str:
    more = f" and {len(named) - NAMED} more" if len(named) > NAMED else ""
    return ", ".join(named[:NAMED]) + more
