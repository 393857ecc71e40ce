"""Which part files one large file takes the place of, told while that is done.

The list is written before anything is seen to change and goes after all is done. A reader lists the
parts first and reads it second: in whichever moment that is, each row is then in one of the files
that it is left with, or the reader opens one that has gone, which ends it with an error.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from pipeline.dataset.layout import ANNOTATIONS, FAILURES

_IN_A_KIND = re.compile(rf"({ANNOTATIONS}|{FAILURES})/[^/\\]+")

NOTE = b"These rows are in another file of this folder by now: `microemo compact` gathered them.\n"
"""In place of a part that is gathered, until all that listed it have found this."""


@dataclass(frozen=True)
class Gathering:
    """Parts that become one file.

    Attributes:
        draft: the whole file under its hidden name; it is not there in an object store.
        gathered: the name that it gets.
        parts: those it takes the place of, in order.
    """

    draft: str
    gathered: str
    parts: tuple[str, ...]

    @classmethod
    def from_bytes(cls, content: bytes) -> "Gathering":
        """The gathering that was written.

        Raises:
            ValueError: it is none.
        """
        try:
            told = json.loads(content)
            found = cls(told["draft"], told["gathered"], tuple(told["parts"]))
            names = [found.draft, found.gathered, *found.parts]
            outside = [name for name in names if not _IN_A_KIND.fullmatch(name)]
        except (KeyError, TypeError) as fault:
            raise ValueError(f"is no list of parts: {fault}") from fault
        if outside:  # these files are replaced and removed
            raise ValueError(f"names {outside[0]!r}, which is no part")
        return found

    def to_bytes(self) -> bytes:
        """What `from_bytes` reads."""
        return json.dumps(asdict(self), indent=1).encode()

    def without_doubles(self, names: Iterable[str], listed: Iterable[str]) -> set[str]:
        """Of the names of parts, those that hold each row once.

        Args:
            names: of the parts that a listing shows.
            listed: all that it shows, hidden files too.
        """
        there = {self.gathered, self.draft}.intersection(listed)
        if not there:
            return set(names)
        whole = self.gathered if self.gathered in there else self.draft
        return set(names) - {self.gathered, *self.parts} | {whole}
