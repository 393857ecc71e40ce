"""Hair: a shell over the scalp, and for long hair a curtain behind the face.

Places are those of the head that nothing has been done to; lengths are decimetres.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from jobs.synthesize.head.identity import Complexion, HairForm
from jobs.synthesize.head.mesh import Indices, Mesh, Vectors
from jobs.synthesize.head.texture import Texture, Values, bump, ramp

Colours = npt.NDArray[np.float32]
_HAIRLINE_Z = (0.10, 0.24, 0.34, 0.62, 0.70, 0.80, 0.95, 1.20, 1.34, 1.50)
_HAIRLINE_Y = (6.80, 6.95, 7.34, 7.26, 7.40, 7.55, 7.72, 7.90, 7.97, 8.02)
_CROWN = np.array((0.0, 8.35, 0.25), np.float32)
_FRINGE_Y = 7.62
_CURTAIN_FROM_Y, _CURTAIN_Z = 7.95, 0.28
_CURTAIN_HALVES = (0.93, 0.80)  # width and depth of the curtain's ellipse
_CURTAIN_REACH = 2.15  # radians to either side of the back of the head
_THICKNESS = {
    HairForm.SHAVED: 0.012,
    HairForm.SHORT: 0.07,
    HairForm.FULL: 0.17,
    HairForm.CURLY: 0.3,
    HairForm.FRINGE: 0.14,
    HairForm.BUN: 0.06,
    HairForm.BOB: 0.17,
    HairForm.LONG: 0.14,
}
_CURTAIN_ENDS = {HairForm.BOB: 6.35, HairForm.FRINGE: 6.1, HairForm.LONG: 4.0}
_BUN = (np.array((0.0, 8.5, 0.1), np.float32), 0.42)


@dataclass(frozen=True)
class Hair:
    """The hair of a head, as vertices and triangles of their own.

    Attributes:
        places: float32 [h, 3], on the head as it is.
        rest: float32 [h, 3], where they grow on the untouched head.
        grows_on: int32 [h], the vertex of the mesh that each moves with.
        triangles: int32 [m, 3], rows of `places`.
        density: float32 [h], 0..1, how much a vertex is hair.
    """

    places: Vectors
    rest: Vectors
    grows_on: Indices
    triangles: Indices
    density: Values


def grow(mesh: Mesh, shape: Vectors, normals: Vectors, complexion: Complexion) -> Hair:
    """The hair of a head with this shape and these normals, both float32 [n, 3]."""
    form = complexion.hair_form
    scalp = _scalp(mesh, form, complexion)
    skin = mesh.triangles["skin"]
    shell = skin[(scalp[skin] > 0.02).any(axis=1)]
    places = [shape + (_thickness(mesh, complexion) * scalp)[:, None] * normals]
    rest, grows_on, density = [mesh.rest], [np.arange(len(shape))], [scalp]
    triangles = [shell]
    if form in _CURTAIN_ENDS:
        sheet, corners = _curtain(_CURTAIN_ENDS[form], Texture(complexion.seed))
        triangles.append(corners + len(shape))
        nape = _nape(mesh)
        places.append(sheet * _widening(mesh, shape) + shape[nape] - mesh.rest[nape])
        rest.append(sheet)
        grows_on.append(np.full(len(sheet), nape))
        density.append(np.ones(len(sheet), np.float32))
    if form is HairForm.BUN:
        ball, corners = _ball(*_BUN)
        triangles.append(corners + sum(len(part) for part in places))
        places.append(ball + shape[_top(mesh)] - mesh.rest[_top(mesh)])
        rest.append(ball)
        grows_on.append(np.full(len(ball), _top(mesh)))
        density.append(np.ones(len(ball), np.float32))
    return Hair(
        np.concatenate(places).astype(np.float32),
        np.concatenate(rest),
        np.concatenate(grows_on).astype(np.int32),
        np.concatenate(triangles).astype(np.int32),
        np.concatenate(density),
    )


def hides_ears(form: HairForm) -> bool:
    """Whether hair hangs over the ears."""
    return form in _CURTAIN_ENDS


def hair_colours(rest: Values, normals: Values, complexion: Complexion) -> Colours:
    """The colour of each pixel of hair before any light, float32 [k, 3]: strands and gloss.

    Args:
        rest: float32 [k, 3], where it grows on the untouched head.
        normals: float32 [k, 3], which way it faces.
        complexion: whose hair it is.
    """
    texture = Texture(complexion.seed + 1)
    from_crown = rest - _CROWN
    around = np.arctan2(from_crown[:, 0], from_crown[:, 2] + 0.3)
    down = np.linalg.norm(from_crown, axis=1)
    if complexion.hair_form is HairForm.CURLY:
        strands = texture.at(rest[:, 0] * 16, rest[:, 1] * 16, 1)
        strands = strands + 0.5 * texture.at(rest[:, 0] * 34, rest[:, 1] * 34 + rest[:, 2] * 20, 2)
    else:
        waves = 0.25 * texture.at(around * 3, down * 2.5, 3)
        strands = texture.at((around + 0.06 * waves) * 60, down * 2.2, 1)
        strands = strands + 0.6 * texture.at((around + 0.06 * waves) * 22, down * 1.4, 2)
    shine = bump(normals[:, 1], 0.55, 0.25) * ramp(normals[:, 2], -0.1, 0.6)
    bright = 1 + 0.16 * strands + 0.5 * shine * (1 + 0.3 * strands)
    parting = bump(rest[:, 0], 0.35 * complexion.hair_parting, 0.02) * ramp(rest[:, 1], 7.7, 8.1)
    if complexion.hair_form in (HairForm.BOB, HairForm.LONG, HairForm.BUN, HairForm.FULL):
        bright = bright * (1 - 0.45 * parting)
    colours: Colours = complexion.hair * np.clip(bright, 0.25, 2.2)[:, None]
    return colours.astype(np.float32)


def _scalp(mesh: Mesh, form: HairForm, complexion: Complexion) -> Values:
    """How much each vertex is scalp, 0..1."""
    x, y, z = mesh.rest.T
    line = np.interp(z, _HAIRLINE_Z, _HAIRLINE_Y).astype(np.float32)
    line += np.float32(0.05) * Texture(complexion.seed).at(x * 4, y * 0 + 3, 9)
    if form is HairForm.FRINGE:
        line = np.where(z > 0.85, np.minimum(line, _FRINGE_Y), line)
    ears = (np.abs(x) > 0.79) & (y < 7.42) & (z > 0.2)
    scalp: Values = ramp(y - line, -0.03, 0.07) * ~ears
    scalp[~np.isin(np.arange(len(scalp)), mesh.vertices_of("skin"))] = 0
    return scalp


def _thickness(mesh: Mesh, complexion: Complexion) -> Values:
    x, y, z = mesh.rest.T
    thick = np.full(len(x), _THICKNESS[complexion.hair_form], np.float32)
    texture = Texture(complexion.seed)
    if complexion.hair_form is HairForm.CURLY:
        thick *= 0.8 + 0.16 * texture.at(x * 5, y * 5 + z * 4, 10)
        thick *= 0.5 + 0.5 * ramp(y, 7.1, 7.9)
    elif complexion.hair_form is HairForm.FULL:
        thick *= 0.55 + 0.75 * ramp(y, 7.5, 8.3) + 0.1 * texture.at(x * 3, z * 3, 10)
        thick *= 1 + 0.35 * np.tanh(3 * (x - 0.35 * complexion.hair_parting))
    return thick


def _curtain(end_y: float, texture: Texture) -> tuple[Vectors, Indices]:
    """Hair that hangs around the back and the sides of the head."""
    turn, fall = np.meshgrid(np.linspace(-1, 1, 41), np.linspace(0, 1, 15))
    tips = end_y + 0.05 * texture.at(turn.ravel() * 9, turn.ravel() * 0, 12).reshape(turn.shape)
    y = _CURTAIN_FROM_Y + fall * (tips - _CURTAIN_FROM_Y)
    angle = turn * _CURTAIN_REACH * (0.86 + 0.14 * ramp(y, 7.6, 6.8))
    locks = 1 + 0.035 * texture.at(turn.ravel() * 14, fall.ravel() * 2, 11).reshape(turn.shape)
    narrow = locks * (0.78 + 0.22 * ramp(y, 7.95, 7.4)) * (1 - 0.12 * ramp(y, 7.0, 6.2))
    x = _CURTAIN_HALVES[0] * narrow * np.sin(angle)
    z = _CURTAIN_Z - _CURTAIN_HALVES[1] * narrow * np.cos(angle)
    return np.stack([x, y, z], axis=-1).reshape(-1, 3).astype(np.float32), _grid(turn.shape)


def _widening(mesh: Mesh, shape: Vectors) -> Vectors:
    """How much wider than the untouched head this one is; only its width changes hair."""
    widths = [np.ptp(places[mesh.rest[:, 1] > 7.4, 0]) for places in (shape, mesh.rest)]
    return np.array((widths[0] / widths[1], 1, 1), np.float32)


def _grid(shape: tuple[int, ...]) -> Indices:
    """Two triangles for each cell of a grid of vertices."""
    numbers = np.arange(shape[0] * shape[1]).reshape(shape)
    a, b = numbers[:-1, :-1].ravel(), numbers[1:, :-1].ravel()
    c, d = numbers[1:, 1:].ravel(), numbers[:-1, 1:].ravel()
    corners = np.concatenate([np.stack([a, b, c], 1), np.stack([a, c, d], 1)])
    return corners.astype(np.int32)


def _nape(mesh: Mesh) -> int:
    return int(np.argmin(np.linalg.norm(mesh.rest - np.array((0, 7.6, -0.3), np.float32), axis=1)))


def _top(mesh: Mesh) -> int:
    return int(np.argmax(mesh.rest[:, 1]))


def _ball(centre: Values, radius: float) -> tuple[Vectors, Indices]:
    """A sphere of 12 by 20 quads, seen from outside."""
    theta, phi = np.meshgrid(np.linspace(0.01, np.pi - 0.01, 13), np.linspace(0, 2 * np.pi, 21))
    directions = np.stack(
        [np.sin(theta) * np.cos(phi), np.cos(theta), np.sin(theta) * np.sin(phi)], axis=-1
    )
    places: Vectors = (centre + radius * directions.reshape(-1, 3)).astype(np.float32)
    return places, _grid(theta.shape)
