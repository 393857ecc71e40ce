"""Vowels: what the lips do for them and where their formants lie."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Vowel:
    """A vowel, as it is seen and as it is heard.

    Attributes:
        opening, rounding, spreading: of the lips, each 0..1.
        formants_hz: the first three, of a man.
    """

    opening: float
    rounding: float
    spreading: float
    formants_hz: tuple[float, float, float]


# Formants: mean values for men in Peterson and Barney, "Control methods used in a study of the
# vowels", JASA 24 (1952), table II; that of "o" is the one which they measured in "hawed".
_EE = Vowel(0.35, 0.0, 0.9, (270, 2290, 3010))  # heed
_I = Vowel(0.45, 0.0, 0.6, (390, 1990, 2550))  # hid
_E = Vowel(0.6, 0.0, 0.5, (530, 1840, 2480))  # head
_A = Vowel(0.9, 0.0, 0.35, (660, 1720, 2410))  # had
_AH = Vowel(1.0, 0.1, 0.0, (730, 1090, 2440))  # hod
_O = Vowel(0.75, 0.7, 0.0, (570, 840, 2410))  # hawed
_OO = Vowel(0.35, 0.95, 0.0, (300, 870, 2240))  # who'd
_U = Vowel(0.65, 0.15, 0.1, (640, 1190, 2390))  # hud
_ER = Vowel(0.5, 0.35, 0.0, (490, 1350, 1690))  # heard

_SPELLINGS = tuple(
    (re.compile(pattern), vowel)
    for pattern, vowel in (
        (r"ee|ea|ie|ey", _EE),
        (r"oo|ew|eu|ue|ui", _OO),
        (r"ou|ow|au|aw|oa|oi|oy|o", _O),
        (r"ai|ay|ei", _E),
        (r"a", _A),
        (r"e", _E),
        (r"u", _U),
        (r"i|y", _I),
    )
)


def vowel_of(letters: str, following: str) -> Vowel:
    """The vowel that a group of vowel letters most often stands for, before `following`."""
    if following.startswith("r"):
        return _AH if letters == "a" else _O if letters == "o" else _ER
    for pattern, vowel in _SPELLINGS:
        if pattern.match(letters):
            return vowel
    return _ER
