"""Values of a row as JSON has them."""

import base64
import math
from datetime import datetime
from typing import Any

MOST_CHARACTERS = 100_000
"""Of a text that is sent; what is left out is told of."""


def plain(value: Any) -> Any:
    """A value of Arrow as one of JSON: null for what is no finite number, base64 for bytes."""
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, float):
        return round(value, 4) if math.isfinite(value) else None
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime):
        return value.isoformat()
    return _shortened(value) if isinstance(value, str) else value


def _shortened(text: str) -> str:
    left_out = len(text) - MOST_CHARACTERS
    if left_out <= 0:
        return text
    return f"{text[:MOST_CHARACTERS]}… ({left_out} more characters stand in the row)"
