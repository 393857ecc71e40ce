"""The plain data in a pickle, read by an interpreter of our own that can call nothing.

A pickle is a program, and Python's reader runs it with whatever functions it names. Here only those
of its instructions are known that put together text, numbers, None, lists, tuples, dicts and sets.
The few names that NumPy writes around its arrays are recognised by their spelling and stand for
code of this package; nothing is imported, looked up or called by name. What is not known is
refused.
"""

import pickletools

from pipeline.evaluation.npz.arrays import ForbiddenContent
from pipeline.evaluation.npz.machine import Machine
from pipeline.evaluation.npz.stand_ins import SCALARS, Array

MOST_INSTRUCTIONS = 5_000_000
MOST_VALUES = 5_000_000
"""Of the result, each counted wherever it occurs: parts that are shared multiply when nested."""
MOST_DEPTH = 16


def plain_data(pickled: bytes) -> object:
    """The value that a pickle holds.

    Arrays are nested lists of their elements, and numbers of NumPy are Python's.

    Raises:
        ForbiddenContent: it holds anything else, is broken, or is larger or deeper than the limits
            of this module.
    """
    machine = Machine()
    try:
        for number, (instruction, argument, _) in enumerate(pickletools.genops(pickled)):
            if number >= MOST_INSTRUCTIONS:
                raise ForbiddenContent("a pickle of too many instructions")
            machine.run(instruction.name, argument)
    except ForbiddenContent:
        raise
    except (ValueError, TypeError, IndexError, KeyError, OverflowError, MemoryError) as fault:
        raise ForbiddenContent(f"a broken pickle ({type(fault).__name__})") from None
    return _without_stand_ins(machine.result())


def _without_stand_ins(value: object) -> object:
    """`value` with arrays replaced by their elements, counted and measured on the way."""
    left = MOST_VALUES

    def plain(part: object, depth: int) -> object:
        nonlocal left
        left -= 1
        if left < 0 or depth > MOST_DEPTH:
            raise ForbiddenContent("data nested too deeply, or too much of it")
        if isinstance(part, Array):
            return plain(part.values, depth + 1)
        if isinstance(part, list | tuple):
            items = [plain(item, depth + 1) for item in part]
            return tuple(items) if isinstance(part, tuple) else items
        if isinstance(part, dict):
            return {key: plain(item, depth + 1) for key, item in part.items()}
        if isinstance(part, set):
            left -= len(part)
            return part
        if not isinstance(part, SCALARS):
            raise ForbiddenContent("a name or a dtype that belongs to no array")
        return part

    return plain(value, 0)
