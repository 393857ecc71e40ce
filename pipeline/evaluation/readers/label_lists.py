"""A cell that holds labels: a Python list as text, a list, or words with commas between them."""

import ast
import re
from collections.abc import Sequence

from pipeline.evaluation.answers import clean_labels

_LONGEST_LITERAL = 10_000  # characters
_BETWEEN = re.compile(r"[,;，；、\n]")
_BETWEEN_BROKEN = re.compile(r"['\",]")
_NOTHING = frozenset(("", "nan", "none", "null"))


def labels_in(cell: object) -> tuple[str, ...]:
    """The labels of a cell, cleaned; none of an empty one, which does not mean "neutral".

    `['happy', "can't care"]` is read as Python reads it. Where that fails it is split at every
    quote and comma, as the readers of the MER challenges always do.

    Raises:
        ValueError: it holds something other than texts.
    """
    if cell is None:
        return ()
    if isinstance(cell, str):
        return _labels_in_text(cell.strip())
    if isinstance(cell, Sequence | set | frozenset):
        if not all(isinstance(label, str) for label in cell):
            raise ValueError("holds something that is no text among its labels")
        return clean_labels(sorted(cell) if isinstance(cell, set | frozenset) else cell)
    raise ValueError("holds no labels")


def is_list_text(text: str) -> bool:
    """Whether a text is written as a list: in square brackets."""
    text = text.strip()
    return text.startswith("[") and text.endswith("]")


def _labels_in_text(text: str) -> tuple[str, ...]:
    if text.lower() in _NOTHING:
        return ()
    if not is_list_text(text):
        return clean_labels(_BETWEEN.split(text))
    if len(text) <= _LONGEST_LITERAL:
        try:
            value = ast.literal_eval(text)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            value = None
        if isinstance(value, list) and all(isinstance(label, str) for label in value):
            return clean_labels(value)
    return clean_labels(_BETWEEN_BROKEN.split(text[1:-1]))
