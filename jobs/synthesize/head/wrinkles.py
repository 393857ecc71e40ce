"""The lines that a movement draws into the skin, where the mesh is too coarse to fold.

Places are those of the untouched head, in decimetres.
"""

from collections.abc import Callable

import numpy as np

from jobs.synthesize.head.texture import Values, bump, ramp

_LINE = 0.014  # half width


def _frown(x: Values, y: Values) -> Values:
    beside = bump(np.abs(x) - 0.04 - 0.1 * (y - 7.5), 0.02, _LINE)
    return beside * ramp(y, 7.38, 7.45) * ramp(y, 7.66, 7.56)


def _inner_brow(x: Values, y: Values) -> Values:
    lines = sum(bump(y + 0.25 * x * x, height, _LINE) for height in (7.66, 7.75, 7.84))
    return np.asarray(lines * bump(x, 0, 0.26), np.float32)


def _outer_brow(x: Values, y: Values) -> Values:
    lines = sum(bump(y + 0.25 * x * x, height, _LINE) for height in (7.66, 7.75, 7.84))
    return np.asarray(lines * bump(x, 0.42, 0.26), np.float32)


def _nose(x: Values, y: Values) -> Values:
    bridge = sum(bump(y + 0.6 * x, height, _LINE) for height in (7.27, 7.33, 7.39))
    wing = _nasolabial(x, y) * ramp(y, 6.75, 6.95)
    return np.asarray(bridge * bump(x, 0.06, 0.09) + 0.8 * wing, np.float32)


def _nasolabial(x: Values, y: Values) -> Values:
    """From the wing of the nose past the corner of the mouth."""
    fold = 0.19 + 0.3 * (7.0 - y) - 0.12 * (7.0 - y) ** 2
    return bump(x - fold, 0, 0.022) * ramp(y, 6.5, 6.66) * ramp(y, 7.06, 6.98)


def _crow_foot(x: Values, y: Values) -> Values:
    rays = sum(bump(y - 7.29 - slope * (x - 0.5), 0, _LINE) for slope in (-0.5, 0.0, 0.45))
    bag = bump(y + 0.12 * bump(x, 0.31, 0.2), 7.24, 0.016) * bump(x, 0.31, 0.13)
    return np.asarray(rays * bump(x, 0.58, 0.07) + 0.6 * bag, np.float32)


def _corner_down(x: Values, y: Values) -> Values:
    return bump(x - 0.3 - 0.25 * (6.55 - y), 0, 0.018) * ramp(y, 6.3, 6.42) * ramp(y, 6.62, 6.54)


def _dimple(x: Values, y: Values) -> Values:
    return 1.4 * bump(x, 0.35, 0.025) * bump(y, 6.63, 0.07)


def _chin(x: Values, y: Values) -> Values:
    return bump(y - 0.25 * x * x, 6.42, 0.02) * bump(x, 0, 0.16)


def _upper_lip(x: Values, y: Values) -> Values:
    return 0.8 * _nasolabial(x, y) * ramp(y, 6.66, 6.8)


_OF: dict[str, Callable[[Values, Values], Values]] = {
    "browDown": _frown,
    "browInnerUp": _inner_brow,
    "browOuterUp": _outer_brow,
    "noseSneer": _nose,
    "mouthSmile": _nasolabial,
    "cheekSquint": _crow_foot,
    "mouthFrown": _corner_down,
    "mouthDimple": _dimple,
    "mouthShrugLower": _chin,
    "mouthUpperUp": _upper_lip,
}
_DARKEST = 0.34


def wrinkles(unit: str, rest: Values, age: float) -> Values:
    """How much darker each place becomes when a unit moves fully, float32 [k], 0 or below.

    Args:
        unit: the name of a face unit; `Left` and `Right` are the person's own.
        rest: float32 [k, 3].
        age: 0 young, 1 old, with deeper lines.
    """
    draw = _OF.get(unit.removesuffix("Left").removesuffix("Right"))
    if draw is None:
        return np.zeros(len(rest), np.float32)
    x, y, z = rest.T
    if unit.endswith("Left"):
        lines = draw(x, y)
    elif unit.endswith("Right"):
        lines = draw(-x, y)
    else:
        lines = draw(x, y)
    found: Values = -_DARKEST * (0.6 + 0.6 * age) * lines * (z > 0.85)
    return found.astype(np.float32)
