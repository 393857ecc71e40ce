"""What a glob says before it is matched."""

import re

from pipeline.manifest.source import suffix

_MAGIC = re.compile(r"[*?\[]")


def is_glob(path: str) -> bool:
    """Whether `path` holds a character that globs give a meaning."""
    return _MAGIC.search(path) is not None


def fixed_folder(pattern: str) -> str:
    """The folder that all matches stand below: `/clips` of `/clips/*/a?.mp4`."""
    return _MAGIC.split(pattern, maxsplit=1)[0].rpartition("/")[0]


def names_a_suffix(pattern: str) -> bool:
    """Whether the glob says how its files end (`*.dav`), so that all of them are meant."""
    return suffix(pattern) != "" and not is_glob(suffix(pattern))
