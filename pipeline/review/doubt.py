"""How doubtful what the machine says of an utterance is, 0..1."""

from collections.abc import Sequence

_PARTS: Sequence[tuple[int, str]] = (
    (4, "CASE WHEN abstained THEN 1 ELSE 1 - confidence END"),
    (3, "1 - agreement"),
    (2, "1 - evidence_coverage"),
    (2, "1 - agreement_fast_slow"),
    (1, "least(len(warnings), 3) / 3"),
)
"""The weight of each part and the part, 0..1, over columns of the catalogue; null: not known."""


def doubt_sql() -> str:
    """The weighted mean of the parts that are known; 0 where none is."""
    told = " + ".join(f"coalesce({weight} * ({part}), 0)" for weight, part in _PARTS)
    known = " + ".join(f"if(({part}) IS NULL, 0, {weight})" for weight, part in _PARTS)
    return f"CAST(coalesce(({told}) / nullif({known}, 0), 0) AS FLOAT)"
