"""The colour of the skin, and what grows and is painted on it.

Places are those of the head that nothing has been done to, so that every head has its brows where
its brow ridge is. Lengths are decimetres.
"""

import numpy as np
import numpy.typing as npt

from jobs.synthesize.head.identity import Complexion
from jobs.synthesize.head.texture import Texture, Values, bump, ramp

Colours = npt.NDArray[np.float32]
_BROW_Y, _BROW_FROM, _BROW_TO = 7.475, 0.115, 0.56
_EYE_X, _EYE_Y, _LID_HALF = 0.31, 7.284, 0.142
_LIP_LINE_Y = 6.612
_RED = np.array((0.72, 0.30, 0.26), np.float32)


def skin_colours(
    rest: Values, lips: Values, eyelids: Values, complexion: Complexion, density: float
) -> Colours:
    """The colour of each pixel of the skin before any light, float32 [k, 3].

    Args:
        rest: float32 [k, 3], the place of each pixel on the untouched head.
        lips, eyelids: float32 [k], how much of them a pixel is.
        complexion: whose skin it is.
        density: pixels a decimetre; detail finer than two pixels is left out.
    """
    texture = Texture(complexion.seed)
    x, y, z = rest.T
    colours = complexion.skin * (1 + _mottling(rest, texture, density))[:, None]
    colours = _towards(colours, _RED * complexion.skin.mean() * 1.3, 0.22 * _blush(rest))
    colours = _towards(colours, complexion.skin * 0.62, 0.75 * _freckles(rest, complexion, texture))
    colours = _towards(colours, complexion.skin * 0.8, complexion.lines * _eye_bags(rest))
    stubble = _stubble(rest, complexion, texture, density) * (1 - lips)
    colours = _towards(colours, 0.6 * complexion.brows + 0.05, stubble)
    shadowed = complexion.make_up * bump(y, _EYE_Y + 0.09, 0.06) * bump(np.abs(x), _EYE_X, 0.16)
    colours = _towards(colours, 0.5 * complexion.lips, 0.35 * shadowed * (z > 1))
    lip_shade = 1 + 0.05 * texture.at(x * 160, y * 12, 5) - 0.25 * bump(y, _LIP_LINE_Y, 0.018)
    colours = _towards(colours, complexion.lips * lip_shade[:, None], ramp(lips, 0.1, 0.8))
    colours = _towards(colours, complexion.skin * 0.72, 0.4 * ramp(eyelids, 0.2, 0.8))
    return _towards(colours, complexion.brows, _brows(rest, complexion, texture))


def cloth_share(rest: Values, complexion: Complexion) -> Values:
    """How much of each pixel is cloth, 0..1: what lies below the neckline."""
    x, y, z = rest.T
    low = 5.95 - 0.5 * complexion.neckline * bump(x, 0, 0.45) * ramp(z, 0.2, 0.7)
    low = low - 0.08 * ramp(np.abs(x), 0.5, 1.2)
    return ramp(y - low, 0.012, -0.012)


def _towards(colours: Colours, other: Colours, share: Values) -> Colours:
    mixed: Colours = colours + np.clip(share, 0, 1)[:, None] * (other - colours)
    return mixed


def _mottling(rest: Values, texture: Texture, density: float) -> Values:
    """Patches, spots and pores: three sizes of noise."""
    x, y, _ = rest.T
    pores = 0.03 if density > 90 else 0.018
    mottled: Values = 0.025 * texture.at(x * 5, y * 5, 1) + 0.018 * texture.at(x * 18, y * 18, 2)
    return mottled + np.float32(pores) * texture.at(x * 60, y * 60, 3)


def _blush(rest: Values) -> Values:
    x, y, z = rest.T
    cheeks = bump(np.abs(x), 0.42, 0.2) * bump(y, 6.95, 0.18)
    nose = bump(x, 0, 0.14) * bump(y, 6.95, 0.14)
    ears = ramp(np.abs(x), 0.76, 0.84)
    blush: Values = (cheeks + 0.8 * nose + 0.5 * bump(y, 6.3, 0.1)) * ramp(z, 0.9, 1.2) + 0.6 * ears
    return blush


def _freckles(rest: Values, complexion: Complexion, texture: Texture) -> Values:
    x, y, _ = rest.T
    spots = ramp(texture.at(x * 32, y * 32, 4), 1.2, 2.0)
    spots *= bump(y, 7.02, 0.25) * bump(np.abs(x), 0.25, 0.35)
    moles = ramp(texture.at(x * 14, y * 14, 6), 3.0, 3.3)
    found: Values = complexion.freckles * spots + 0.8 * moles
    return found


def _eye_bags(rest: Values) -> Values:
    x, y, z = rest.T
    low = _EYE_Y - 0.14 - 0.05 * bump(np.abs(x), _EYE_X, 0.15)
    bags: Values = 0.5 * bump(y - low, 0, 0.025) * bump(np.abs(x), _EYE_X - 0.03, 0.15) * (z > 1)
    return bags


def _stubble(rest: Values, complexion: Complexion, texture: Texture, density: float) -> Values:
    """A shadow to a full beard, on jaw, chin and upper lip."""
    x, y, z = rest.T
    jaw = ramp(y + 0.55 * (1.35 - z), 6.72, 6.5) * ramp(y, 5.95, 6.25)
    lip = bump(y, 6.76, 0.055) * bump(x, 0, 0.3) * ramp(z, 1.3, 1.42)
    cheeks = ramp(np.abs(x), 0.86, 0.78)
    grain = 0.72 + 0.28 * texture.at(x * 70, y * 24, 7) if density > 60 else 0.8
    much = 0.18 + 0.72 * max(0.0, complexion.stubble - 0.35) / 0.65
    found: Values = np.clip(np.maximum(jaw, lip) * cheeks * grain, 0, 1) * np.float32(much)
    return found * np.float32(complexion.stubble > 0)


def _brows(rest: Values, complexion: Complexion, texture: Texture) -> Values:
    """Hairs that rise at the inner end and lie outwards along the arch."""
    x, y, z = rest.T
    along = (np.abs(x) - _BROW_FROM) / (_BROW_TO - _BROW_FROM)
    arch = _BROW_Y + 0.055 * complexion.brow_arch * (along - 1.25 * along**2) + 0.01
    half = 0.042 * complexion.brow_thickness * (1 - 0.75 * ramp(along, 0.45, 1.05))
    off = (y - arch) / np.maximum(half, 0.008)
    inside = ramp(np.abs(off), 1.35, 0.55) * ramp(along, -0.08, 0.1) * ramp(along, 1.04, 0.9)
    lean = np.sign(x) * (along * 0.445 + 0.1)
    hairs = texture.at(lean * 95 - y * 55 * (1 - along), y * 40 - np.abs(x) * 18, 8)
    found: Values = inside * np.clip(0.8 + 0.2 * hairs, 0, 1) * (z > 0.9)
    return found
