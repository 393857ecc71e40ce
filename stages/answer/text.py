"""What may stand in text that a model or a transcript brings, before anybody reads it."""

import unicodedata

_BLANKED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_KEPT = frozenset("\n\u200c\u200d")  # the zero-width joiners spell Persian, Hindi and emoji


def printable(text: str) -> str:
    """`text` with a space for each character that shows nothing, so that positions stay.

    Blanked are controls (NUL, escape, tab), marks that turn the reading direction, surrogates,
    private and unassigned code points and U+FFFD, the sign for bytes that are no text. Line feeds
    stay.
    """
    return "".join(character if _is_shown(character) else " " for character in text)


def tidy(text: str) -> str:
    """`text` fit to be read and stored: printable, single spaces, no empty lines."""
    lines = (" ".join(line.split()) for line in printable(text).split("\n"))
    return "\n".join(line for line in lines if line)


def _is_shown(character: str) -> bool:
    if character in _KEPT:
        return True
    return character != "\ufffd" and unicodedata.category(character) not in _BLANKED_CATEGORIES
