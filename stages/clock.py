"""Times as people and programs write them."""

import math
import re

_CLOCK = re.compile(
    r"(?:(?P<h>\d{1,9}):(?=\d{1,2}:))?(?P<m>\d{1,3}):(?P<s>\d{1,2}(?:[.,]\d{1,9})?)", re.ASCII
)
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,2})?", re.ASCII)
_DECIMAL_COMMA = re.compile(r"[+-]?\d*,\d+", re.ASCII)
_THOUSANDS = re.compile(r"[+-]?\d{1,3},\d{3}", re.ASCII)


def seconds(time: str, *, decimal_comma: bool = False) -> float:
    """The seconds that `HH:MM:SS,mmm`, `H:MM:SS.mmm`, `MM:SS.mmm` or a plain number stand for.

    Args:
        time: as it is written; `2,5` is two and a half.
        decimal_comma: whether a comma can be nothing but a decimal mark, so that `1,234` is no
            more than one second and a quarter.

    Raises:
        ValueError: anything else: 61 minutes in an hour, `nan`, `1,234` where the comma may part
            thousands.
    """
    text = time.strip()
    if _DECIMAL_COMMA.fullmatch(text) and (decimal_comma or not _THOUSANDS.fullmatch(text)):
        text = text.replace(",", ".")
    if _NUMBER.fullmatch(text):
        return finite(float(text))
    parts = _CLOCK.fullmatch(text)
    if parts is None:
        raise ValueError(f"not a time: {time!r}")
    hours, minutes = int(parts["h"] or 0), int(parts["m"])
    rest = float(parts["s"].replace(",", "."))
    if rest >= 60 or (parts["h"] is not None and minutes >= 60):
        raise ValueError(f"not a time: {time!r}")
    return hours * 3600 + minutes * 60 + rest


def finite(number: float) -> float:
    """The number itself.

    Raises:
        ValueError: it is not a number or infinite.
    """
    if not math.isfinite(number):
        raise ValueError(f"not a time: {number}")
    return number


def whole_milliseconds(seconds: float) -> int:
    """The milliseconds that have passed whole after `seconds`, at the least 0.

    A time in milliseconds is that many: 4.007 s, which binary fractions only come near to, is
    4007 ms.
    """
    return math.floor(round(max(0.0, seconds) * 1000, 6))
