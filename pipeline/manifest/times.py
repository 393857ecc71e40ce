"""Times as people and spreadsheets write them."""

import math
import re
from datetime import time, timedelta
from typing import Any

_CLOCK = re.compile(r"(?:(\d+):)?(\d{1,2}):(\d{1,2}(?:[.,]\d*)?)")
_NUMBER = re.compile(r"\d+(?:[.,]\d*)?|[.,]\d+")


def seconds(value: Any) -> float:
    """A time in seconds: a number (`12.5`, `12,5`), or `h:m:s`, `m:s` with a fraction or none.

    Raises:
        ValueError: it is none of these, negative, or not finite.
    """
    if isinstance(value, timedelta):
        value = value.total_seconds()
    if isinstance(value, time):
        value = value.isoformat()
    found = _from_text(value.strip()) if isinstance(value, str) else float(value)
    if not math.isfinite(found) or found < 0:
        raise ValueError(f"{value!r} is not a time from 0 on")
    return found


def _from_text(text: str) -> float:
    if _NUMBER.fullmatch(text):
        return float(text.replace(",", "."))
    clock = _CLOCK.fullmatch(text)
    if clock is None:
        raise ValueError(f"{text!r} is not a time; write seconds or h:m:s")
    hours, minutes, rest = clock.groups()
    if int(minutes) > 59 or float(rest.replace(",", ".")) >= 60:
        raise ValueError(f"{text!r} is not a time; minutes and seconds go to 59")
    return int(hours or 0) * 3600 + int(minutes) * 60 + float(rest.replace(",", "."))
