"""Where decisions are kept: a line of JSON each, in files that only grow.

Each process that writes has a file of its own below `reviews/`, so several may write at once. A
line is on disk before whoever made the decision hears of it. What a process that was killed left of
a line has no end of line, and nobody was told that it is kept: readers pass it by.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from uuid import uuid4

from pydantic import ValidationError

from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.layout import REVIEWS
from pipeline.reviews.decision import Decision
from stages.faults import SetupError

_SUFFIX = ".jsonl"


class DecisionLog:
    """Takes decisions down, each at once."""

    def __init__(self, folder: DatasetFolder) -> None:
        """
        Args:
            folder: the dataset. Nothing is made before the first decision.
        """
        self._folder = folder
        self._lock = Lock()
        now = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
        self._name = f"{now}-{uuid4().hex[:8]}"
        self._written = 0

    def add(self, decision: Decision) -> None:
        """Keep a decision; it is on disk, or in the store, when this returns.

        Raises:
            SetupError: it cannot be written, as on a full disk. Then it is not kept.
        """
        line = decision.model_dump_json(exclude_none=True).encode() + b"\n"
        with self._lock:
            if self._folder.local_path is None:
                # A store cannot append: each decision is an object.
                name = f"{REVIEWS}/{self._name}-{self._written:06}{_SUFFIX}"
                self._folder.write_bytes(name, line)
            else:
                self._append(self._folder.local_path / REVIEWS, line)
            self._written += 1

    def _append(self, reviews: Path, line: bytes) -> None:
        path = reviews / f"{self._name}{_SUFFIX}"
        try:
            self._folder.require_held()
            reviews.mkdir(parents=True, exist_ok=True)
            is_new = not path.exists()
            with path.open("ab", buffering=0) as file:
                before = file.seek(0, os.SEEK_END)
                try:
                    if file.write(line) != len(line):
                        raise OSError("the disk took a part of it only")
                    os.fsync(file.fileno())
                except OSError:
                    file.truncate(before)
                    raise
            if is_new:
                _sync(reviews)
        except OSError as fault:
            raise self._folder.not_written(f"{REVIEWS}/{path.name}", fault) from fault


def _sync(folder: Path) -> None:
    """Bring the entry of a new file to disk too."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def read_decisions(folder: DatasetFolder) -> list[Decision]:
    """All decisions, in the order in which they were made.

    Raises:
        SetupError: a whole line is no decision, or a file cannot be read.
    """
    found = {decision.id: decision for decision in DecisionReader(folder).new()}
    return sorted(found.values(), key=lambda decision: (decision.at, decision.id))


class DecisionReader:
    """Reads decisions as they are made, each once, whoever makes them."""

    def __init__(self, folder: DatasetFolder) -> None:
        """
        Args:
            folder: the dataset.
        """
        self._folder = folder
        self._read: dict[str, _Read] = {}

    def new(self) -> Iterator[Decision]:
        """The decisions since the last call, at first all. One may come twice, in two files.

        Raises:
            SetupError: a whole line is no decision, or a file cannot be read.
        """
        for name in _names(self._folder):
            if self._folder.local_path is None and name in self._read:
                continue  # an object never grows
            yield from self._of_file(name, self._read.setdefault(name, _Read()))

    def _of_file(self, name: str, read: "_Read") -> Iterator[Decision]:
        place = f"{self._folder.location}/{REVIEWS}/{name}"
        try:
            content = self._from(f"{REVIEWS}/{name}", read.size_bytes)
        except OSError as fault:
            raise SetupError(f"{place}: cannot be read: {fault}") from fault
        whole, _, _ = content.rpartition(b"\n")
        for line in whole.split(b"\n") if whole else ():
            decision = _decision(place, read.lines + 1, line) if line.strip() else None
            read.size_bytes += len(line) + 1
            read.lines += 1
            if decision is not None:
                yield decision

    def _from(self, name: str, offset: int) -> bytes:
        if self._folder.local_path is None:
            return self._folder.read_bytes(name)
        with (self._folder.local_path / name).open("rb") as file:
            file.seek(offset)
            return file.read()


@dataclass
class _Read:
    """How much of a file is read: whole lines."""

    size_bytes: int = 0
    lines: int = 0


def _names(folder: DatasetFolder) -> list[str]:
    return sorted(name for name in folder.names_in(REVIEWS) if name.endswith(_SUFFIX))


def _decision(place: str, number: int, line: bytes) -> Decision:
    try:
        return Decision.model_validate_json(line)
    except ValidationError as fault:
        told = fault.errors()[0]
        where = ".".join(map(str, told["loc"])) or "it"
        raise SetupError(
            f"{place}, line {number}: is no decision: {where}: {told['msg']}. Mend the line, or "
            "move the file out of the folder; the others are read without it."
        ) from fault
