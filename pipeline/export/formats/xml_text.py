"""Text as XML 1.0 can hold it."""

import re

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def for_xml(text: str) -> str:
    """The text without characters that no XML document may have, not even escaped."""
    return _FORBIDDEN.sub("", text)
