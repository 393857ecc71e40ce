"""One of several shares of a corpus, for machines that know nothing of each other."""

import argparse
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from stages.rows import Row


@dataclass(frozen=True)
class Shard:
    """The `place`-th of `count` shares, counted from 1.

    Which share a video is of is decided by its id alone: neither the order of the videos nor what
    else is named beside it moves it.
    """

    place: int
    count: int

    @classmethod
    def read(cls, text: str) -> "Shard":
        """The shard that `I/N` names, as an argument's type."""
        found = re.fullmatch(r"(\d+)/(\d+)", text, re.ASCII)
        if found is None or not 1 <= int(found[1]) <= int(found[2]):
            raise argparse.ArgumentTypeError(f"'{text}' is no share: 1/8 is the first of eight")
        return cls(int(found[1]), int(found[2]))

    def __str__(self) -> str:
        return f"{self.place}/{self.count}"

    def of(self, rows: Sequence[Row]) -> list[Row]:
        """Those of the videos that are of this share."""
        return [row for row in rows if self._drawn(row["video_id"]) == self.place]

    def _drawn(self, video_id: str) -> int:
        digest = hashlib.sha256(video_id.encode("utf-8", "surrogateescape")).digest()
        return int.from_bytes(digest[:8], "big") % self.count + 1
