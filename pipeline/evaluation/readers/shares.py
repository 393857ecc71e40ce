"""Labels from the shares of annotators who saw each emotion, as MAFW's annotation.xlsx has them."""

from collections.abc import Container
from typing import TypedDict

from pipeline.evaluation.readers.cells import Row
from pipeline.evaluation.readers.numbered import MAFW

MAFW_SHARES = tuple(MAFW.values())
"""The plain names of its columns."""
LEAST_OF_GREATEST = 0.5
"""An emotion is a label where its share is at least this part of the greatest one: with eleven
annotators, what one of them alone saw is none unless all differ."""


class _Labels(TypedDict):
    labels: tuple[str, ...]
    confidences: tuple[float | None, ...]


def is_of_shares(plain_names: Container[str]) -> bool:
    """Whether a table has such columns."""
    return "invalid" in plain_names and all(name in plain_names for name in MAFW_SHARES)


def labels_by_share(row: Row) -> _Labels:
    """The emotions of a clip, the greatest share first, with their shares as confidences.

    Only a clip whose `invalid` is 0 has any: the file has one with 0.93 there.

    Raises:
        ValueError: a share is not between 0 and 1.
    """
    shares = {name: row.number(name) or 0.0 for name in MAFW_SHARES}
    if not all(0 <= share <= 1 for share in shares.values()):
        raise ValueError("a share is not between 0 and 1")
    least = LEAST_OF_GREATEST * max(shares.values())
    if row.number("invalid") or least == 0:
        return {"labels": (), "confidences": ()}
    ranked = sorted(shares, key=lambda name: -shares[name])
    kept = [name for name in ranked if shares[name] >= least]
    return {"labels": tuple(kept), "confidences": tuple(shares[name] for name in kept)}
