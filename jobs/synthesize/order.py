"""Which clip is asked for, and what came of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

import numpy as np

from jobs.synthesize.files.truth import Row
from jobs.synthesize.plan import Split

_SPLITS: dict[Split, int] = {"train": 0, "dev": 1, "test": 2, "later": 3}


@dataclass(frozen=True)
class ClipOrder:
    """The `index`th clip of a split under a seed, `height` pixels high.

    Without `expressions` nobody feels anything: whatever moves in it is a distractor. In one that
    is `unclear` nothing can be told of what anybody feels. A script that is not filmed has
    no height: 0.
    """

    split: Split
    seed: int
    index: int
    height: int
    expressions: bool = True
    unclear: bool = False

    @property
    def name(self) -> str:
        """The name of its files, without a suffix."""
        return f"{self.split}-{self.index:06d}"

    def draws(self) -> Iterator[np.random.Generator]:
        """Random numbers, apart for each purpose, so that what one takes changes no other."""
        base = (self.seed, _SPLITS[self.split], self.index)
        return (np.random.default_rng([*base, purpose]) for purpose in count())


@dataclass(frozen=True)
class MadeClip:
    """The rows of the table of truth, the clip's length, and whether it was not there before."""

    rows: list[Row]
    duration_s: float
    is_new: bool
