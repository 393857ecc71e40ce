"""Rows of like length together, so that little is padded, and the count of what is."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

MOST_PADDED = 0.1  # of the positions of a bucket


@dataclass
class Positions:
    """The positions an engine has put through the language model since it was opened."""

    computed: int = 0
    padded: int = 0  # of those: filled up to the longest row, or behind a finished row's end
    places: int = 0  # of rows in all steps of decoding, whether a row was there or not
    used: int = 0  # of those: a row was there and was still being answered

    @property
    def waste(self) -> float:
        """The share of positions computed for nothing, 0..1."""
        return self.padded / self.computed if self.computed else 0.0

    @property
    def use(self) -> float:
        """The share of places that were used, 0..1."""
        return self.used / self.places if self.places else 0.0

    def since(self, before: "Positions") -> "Positions":
        """What came after `before`, a copy of this at an earlier time."""
        return Positions(
            **{name: value - getattr(before, name) for name, value in asdict(self).items()}
        )

    def add(self, lengths: Sequence[int]) -> None:
        """Count one pass over rows of these lengths, each filled up to the longest."""
        self.computed += len(lengths) * max(lengths)
        self.padded += len(lengths) * max(lengths) - sum(lengths)

    def add_steps(self, rows: int, behind: int, places: int) -> None:
        """Count steps of one token each.

        Args:
            rows: of all steps.
            behind: of these, those that had already ended.
            places: rows that all steps could have had.
        """
        self.computed += rows
        self.padded += behind
        self.places += places
        self.used += rows - behind


def buckets(lengths: Sequence[int]) -> list[list[int]]:
    """The indices of `lengths` in groups, the longest first.

    Filled up to its longest row, a group pads at most `MOST_PADDED` of its positions.
    """
    groups: list[list[int]] = []
    longest = total = 0
    for index in sorted(range(len(lengths)), key=lambda index: -lengths[index]):
        filled = longest * (len(groups[-1]) + 1) if groups else 0
        if groups and filled - total - lengths[index] <= MOST_PADDED * filled:
            groups[-1].append(index)
            total += lengths[index]
        else:
            groups.append([index])
            longest = total = lengths[index]
    return groups
