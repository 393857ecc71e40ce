"""The cells of a row of a table, by what they hold, as values of the kind that is meant."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import get_args

from pipeline.evaluation.answers import Sentiment
from pipeline.evaluation.wheels.own import FAMILIES
from stages.clock import seconds


@dataclass(frozen=True)
class Row:
    """A row; each of its methods raises ValueError for a cell that does not hold what it should.

    Attributes:
        cells: by what they hold: `name`, `labels`, `start`, ...; those of a table that has none
            are missing.
        decimal_comma: see `stages.clock.seconds`.
    """

    cells: dict[str, object]
    decimal_comma: bool

    def text(self, role: str) -> str:
        """A cell as text; empty for what pandas and JSON write where there is nothing."""
        value = self.cells.get(role)
        is_nan = isinstance(value, float) and math.isnan(value)
        return "" if value is None or is_nan else str(value).strip()

    def number(self, role: str) -> float | None:
        """A cell as a number; None for an empty one."""
        text = self.text(role)
        if not text:
            return None
        found = float(text.replace(",", "."))
        if not math.isfinite(found):
            raise ValueError(f"{text} is no number that can be meant")
        return found

    def seconds(self, role: str) -> float | None:
        """A cell as seconds; None for an empty one."""
        text = self.text(role)
        return seconds(text, decimal_comma=self.decimal_comma) if text else None

    def confidences(self, count: int) -> tuple[float | None, ...]:
        """One for each of so many labels, 0..1; all None for an empty cell."""
        cell = self.cells.get("confidences")
        if cell is None or cell == "":
            return (None,) * count
        parts: Iterable[object] = (
            cell if isinstance(cell, list) else str(cell).strip("[] ").replace(";", ",").split(",")
        )
        found = [float(str(part)) for part in parts if str(part).strip()]
        if len(found) != count:
            raise ValueError(f"{len(found)} confidences for {count} labels")
        if not all(0 <= confidence <= 1 for confidence in found):
            raise ValueError("a confidence is not between 0 and 1")
        return tuple(found)

    def family(self) -> str | None:
        """One of `FAMILIES`; None for an empty cell."""
        text = self.text("family").lower()
        if text and text not in FAMILIES:
            raise ValueError(f"family {text[:40]} is none of {', '.join(FAMILIES)}")
        return text or None

    def sentiment(self) -> Sentiment | None:
        """As it is named, else by the sign of the valence; None without either."""
        text = self.text("sentiment").lower()
        for sentiment in get_args(Sentiment):
            if text == sentiment:
                known: Sentiment = sentiment
                return known
        if text:
            raise ValueError(f"sentiment {text[:40]} is none of {', '.join(get_args(Sentiment))}")
        valence = self.number("valence")
        if valence is None:
            return None
        return "positive" if valence > 0 else "negative" if valence < 0 else "neutral"
