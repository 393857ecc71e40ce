"""What NumPy writes of an array, turned into plain Python values: no array, no dtype is made of it
that could do more than hold text and numbers."""

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

_PLAIN_DTYPE = re.compile(r"[<>|=]?[USbiuf?][0-9]{0,9}")
_OBJECT_DTYPE = re.compile(r"\|?O8?")


class ForbiddenContent(ValueError):
    """The bytes hold, or ask for, something that is not plain data."""


@dataclass
class PlainDtype:
    """A dtype by its description, such as `<U12` or `O`; nothing of it is looked up."""

    description: str

    def __post_init__(self) -> None:
        text = self.description
        if not (_PLAIN_DTYPE.fullmatch(text) or _OBJECT_DTYPE.fullmatch(text)):
            raise ForbiddenContent(f"an array of {text[:40]!r} is not plain data")

    @property
    def is_object(self) -> bool:
        """Whether each element is a value of its own."""
        return _OBJECT_DTYPE.fullmatch(self.description) is not None

    def with_byte_order(self, mark: object) -> "PlainDtype":
        """The same with `<`, `>` or `|` before it."""
        if mark not in ("<", ">", "|", "="):
            raise ForbiddenContent("a dtype with a state of its own is not plain data")
        if self.is_object or mark in ("|", "="):
            return self
        return PlainDtype(f"{mark}{self.description.lstrip('<>|=')}")


def values_of(
    data: bytes, dtype: PlainDtype, shape: Sequence[int], *, fortran_order: bool = False
) -> object:
    """The elements of an array of text or numbers, as nested lists; one value for shape ().

    Raises:
        ForbiddenContent: the bytes are not as many as dtype and shape ask for.
    """
    if dtype.is_object:
        raise ForbiddenContent("an array of values has no bytes of its own")
    try:
        kind = np.dtype(dtype.description)
        if kind.itemsize == 0:  # an empty text by itself
            return nested(["" if kind.kind == "U" else b""], shape)
        count = _checked_count(shape, most=len(data) // kind.itemsize)
        if count * kind.itemsize != len(data):
            raise ForbiddenContent("an array has more bytes than its shape asks for")
        if count == 0:
            return []
        if kind.kind == "U":
            _refuse_letters_beyond_unicode(data, kind)
        array = np.frombuffer(data, kind).reshape(shape, order="F" if fortran_order else "C")
        values: object = array.tolist()
    except (TypeError, OverflowError) as fault:
        raise ForbiddenContent(f"a broken array ({type(fault).__name__})") from None
    return values


def _refuse_letters_beyond_unicode(data: bytes, kind: np.dtype[Any]) -> None:
    letters = np.frombuffer(data, f"{kind.str[0]}u4")
    if int(letters.max(initial=0)) > sys.maxunicode:
        raise ForbiddenContent("a text with letters beyond Unicode")


def nested(flat: Sequence[object], shape: Sequence[int]) -> object:
    """A flat list of values in row-major order as nested lists; its one value for shape ().

    Raises:
        ForbiddenContent: they are not as many as the shape asks for.
    """
    if _checked_count(shape, most=len(flat)) != len(flat):
        raise ForbiddenContent("an array has more values than its shape asks for")
    if not shape:
        return flat[0]
    if not flat:
        return []
    found: list[object] = list(flat)
    for length in reversed(shape[1:]):
        found = [found[at : at + length] for at in range(0, len(found), length)]
    return found


def _checked_count(shape: Sequence[int], most: int) -> int:
    if len(shape) > 4 or any(length < 0 for length in shape):
        raise ForbiddenContent("an array of an impossible shape")
    count = 1
    for length in shape:
        count *= length
    if count > most:
        raise ForbiddenContent("an array declares more values than it holds")
    return count
