"""Which files take the place of which others, told while that is done.

The list is written before anything is seen to change and goes after all is done. A reader lists the
files first and reads it second: in whichever moment that is, each row is then in one of the files
that it is left with, or the reader opens one that has gone, which ends it with an error.
"""

import json
import re
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass

from pipeline.dataset.layout import ANNOTATIONS, CUTS, FAILURES, HISTORY

_OURS = re.compile(rf"({HISTORY}/)?({ANNOTATIONS}|{FAILURES})/[^/\\]+|{CUTS}/[^/\\]+")

NOTE = b"These rows are in another file of this folder by now. MicroEmo put it in place of this.\n"
"""In place of a part that gives way, until all that listed it have found this."""


@dataclass(frozen=True)
class Gathering:
    """A file that takes the place of others.

    Attributes:
        draft: the whole file under its hidden name.
        gathered: the name that it gets; it may be that of one of `parts`.
        parts: those it takes the place of, in order; there may be none.
    """

    draft: str
    gathered: str
    parts: tuple[str, ...]

    def standing_in(self, listed: Collection[str]) -> str | None:
        """The file that holds the rows of the parts; None where a listing shows the parts alone."""
        names = [self.draft] if self.gathered in self.parts else [self.gathered, self.draft]
        return next((name for name in names if name in listed), None)


@dataclass(frozen=True)
class Journal:
    """What is done at once in the eyes of whoever reads.

    Attributes:
        gatherings: one for each new file.
        clears_again: whether the folder of rows that were made again goes with it.
    """

    gatherings: tuple[Gathering, ...]
    clears_again: bool = False

    @classmethod
    def from_bytes(cls, content: bytes) -> "Journal":
        """The journal that was written.

        Raises:
            ValueError: it is none.
        """
        try:
            told = json.loads(content)
            found = cls(
                tuple(
                    Gathering(one["draft"], one["gathered"], tuple(one["parts"]))
                    for one in told["gatherings"]
                ),
                bool(told["clears_again"]),
            )
            names = [
                name for one in found.gatherings for name in (one.draft, one.gathered, *one.parts)
            ]
            outside = [name for name in names if not _OURS.fullmatch(name)]
        except (KeyError, TypeError) as fault:
            raise ValueError(f"is no list of parts: {fault}") from fault
        if outside:  # these files are replaced and removed
            raise ValueError(f"names {outside[0]!r}, which is no part")
        return found

    def without_doubles(self, names: Iterable[str], listed: Iterable[str]) -> set[str]:
        """Of the names of parts, those that hold each row once.

        Args:
            names: of the parts that a listing shows.
            listed: all that it shows, hidden files too.
        """
        kept, seen = set(names), set(listed)
        for one in self.gatherings:
            whole = one.standing_in(seen)
            if whole is not None:
                kept.difference_update((one.gathered, *one.parts))
                kept.add(whole)
        return kept

    def to_bytes(self) -> bytes:
        """What `from_bytes` reads."""
        return json.dumps(asdict(self), indent=1).encode()
