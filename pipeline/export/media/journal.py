"""Which clips and copies of an export are there already, so that none is made twice.

While an export goes on, notes of what is whole lie below `.made/`, one for some clips; at its end
`export.json` says it of all, and the notes go.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any
from uuid import uuid4

from pipeline.dataset.folder import DatasetFolder
from pipeline.export.media.job import Made
from pipeline.export.output import Output, is_below

NOTES = ".made"
MEDIA_FOLDER = "media"


class Journal:
    """What is made, and what was made before."""

    def __init__(self, output: Output) -> None:
        """
        Raises:
            SetupError: the folder cannot be reached.
        """
        self._output = output
        noted = list(_noted(output.folder))
        told = [*output.earlier_media(), *noted]
        self._noted = {one["name"] for one in noted}
        known = [made for made in map(_made, told) if made is not None]
        folders = {made.name.rpartition("/")[0] for made in known}
        sizes = {name: size for folder in folders for name, size in _sizes(output, folder).items()}
        self._there = {made.name: made for made in known if sizes.get(made.name) == made.size_bytes}

    def found(self, name: str, key: str) -> Made | None:
        """The file of that name, if it is there whole and of the same job."""
        made = self._there.get(name)
        return made if made is not None and made.key == key else None

    def keep(self, made: Iterable[Made]) -> None:
        """Take down files of this export that are there."""
        for one in made:
            told = {name: value for name, value in asdict(one).items() if name in _FACTS}
            self._output.note(one.name, one.size_bytes, one.sha256, told)

    def clear(self) -> None:
        """Take the notes away, and what they tell of that is no part of this export."""
        for name in self._noted - self._output.names:
            self._output.folder.remove(name)
        for name in self._output.folder.names_in(NOTES):
            self._output.folder.remove(f"{NOTES}/{name}")


def note(folder: DatasetFolder, made: Iterable[Made]) -> None:
    """Leave a note of files that are whole, from any process.

    Raises:
        SetupError: it cannot be written.
    """
    told = json.dumps([asdict(one) for one in made]).encode()
    folder.write_bytes(f"{NOTES}/{uuid4().hex}.json", told)


_FACTS = ("key", "begins_s", "fps", "has_audio")


def _noted(folder: DatasetFolder) -> Iterable[Mapping[str, Any]]:
    for name in folder.names_in(NOTES):
        if not name.endswith(".json"):
            continue
        try:
            told = json.loads(folder.read_bytes(f"{NOTES}/{name}"))
        except (OSError, ValueError):  # what it told of is made again
            continue
        for each in told:
            if isinstance(each, dict) and is_below(each.get("name")):
                yield each


def _made(told: Mapping[str, Any]) -> Made | None:
    try:
        return Made(**told)
    except TypeError:
        return None


def _sizes(output: Output, folder: str) -> Mapping[str, int]:
    if not output.folder.exists(folder):
        return {}
    return {
        f"{folder}/{str(each['name']).rsplit('/', 1)[-1]}": int(each["size"] or 0)
        for each in output.folder.files.ls(f"{output.folder.path}/{folder}", detail=True)
    }
