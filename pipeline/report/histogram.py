"""How many there are of each, as upright bars of an SVG of `WIDTH` by `HEIGHT`."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 320, 120
_TOP, _BOTTOM = 16.0, 98.0  # of the bars; above stand numbers, below the axis
_GAP = 3.0


@dataclass(frozen=True)
class Column:
    """A bar, in units of the drawing, with its number and what it is of."""

    x: float
    y: float
    width: float
    height: float
    number: str
    name: str
    title: str


def histogram(counts: Sequence[int], names: Sequence[str], of: str) -> list[Column]:
    """The bars of counts; [] where there is nothing.

    Args:
        counts: from left to right.
        names: what each is of.
        of: what is counted, in the plural.
    """
    most = max(counts, default=0)
    if not most:
        return []
    step = WIDTH / len(counts)
    return [
        Column(
            x=round(at * step + _GAP / 2, 2),
            y=round(_BOTTOM - (_BOTTOM - _TOP) * count / most, 2),
            width=round(step - _GAP, 2),
            height=round((_BOTTOM - _TOP) * count / most, 2),
            number=f"{count:,}" if count else "",
            name=name,
            title=f"{name}: {count:,} {of}",
        )
        for at, (count, name) in enumerate(zip(counts, names, strict=True))
    ]
