"""The marks of layout in subtitles, which go, and what only looks like them, which stays.

Corpora write sounds as `{laugh}`, `<noise>` or `(sobs)`: those are text.
"""

import html
import re

_OVERRIDE = re.compile(r"\{\\[^{}]*\}|\{[yYcCfFsSpPoH]:[^{}]*\}")  # {\an8}, MicroDVD's {y:i}
_STAMP = re.compile(r"<\d[\d:.]*>")
_TAG = re.compile(
    r"</?(?:a|b|big|br|c|center|div|em|font|i|lang|p|rt|ruby|s|small|span|strike|strong|sub|sup|tt|"
    r"u|v)(?:[.\s][^<>]*)?\s*/?>|</>",
    re.IGNORECASE,
)
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+(?P<name>[^>]+)>", re.IGNORECASE)
_ENTITY = re.compile(r"&#?\w+;")


def has_word_times(line: str) -> bool:
    """Whether words in the line have times of their own, as rolling captions of YouTube have."""
    return bool(_STAMP.search(line))


def voices(marked: str) -> set[str]:
    """The names that WebVTT's `<v Ann>` gives."""
    return {" ".join(found["name"].split()) for found in _VOICE.finditer(marked)}


def without_layout(marked: str) -> str:
    """The text of a line without tags and overrides, its HTML entities read."""
    bare = _TAG.sub("", _STAMP.sub("", _OVERRIDE.sub("", marked)))
    return _ENTITY.sub(lambda found: html.unescape(found[0]), bare)


def substation_lines(text: str) -> list[str]:
    """The lines of a SubStation text, which marks their ends and hard spaces by a backslash."""
    return re.split(r"\\[Nn]", text.replace("\\h", " "))
