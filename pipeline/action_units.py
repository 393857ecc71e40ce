"""What the action units of FACS are called (Ekman, Friesen & Hager, 2002)."""

from collections.abc import Iterable

NAMES = {
    1: "inner brow raiser",
    2: "outer brow raiser",
    4: "brow lowerer",
    5: "upper lid raiser",
    6: "cheek raiser",
    7: "lid tightener",
    9: "nose wrinkler",
    10: "upper lip raiser",
    12: "lip corner puller",
    14: "dimpler",
    15: "lip corner depressor",
    16: "lower lip depressor",
    17: "chin raiser",
    18: "lip pucker",
    20: "lip stretcher",
    22: "lip funneler",
    23: "lip tightener",
    24: "lip pressor",
    25: "lips part",
    26: "jaw drop",
    27: "mouth stretch",
    28: "lip suck",
    34: "cheek puff",
    45: "blink",
}


def in_words(units: Iterable[int]) -> list[str]:
    """Their names, in the same order; of one without a name here its number."""
    return [NAMES.get(unit, f"action unit {unit}") for unit in units]
