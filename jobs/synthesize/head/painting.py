"""The colours of a head in the light, pixel by pixel."""

from dataclasses import dataclass

import numpy as np

from jobs.synthesize.head.hair import Hair, hair_colours
from jobs.synthesize.head.identity import Complexion
from jobs.synthesize.head.light import Light, gloss, shade
from jobs.synthesize.head.mesh import Indices, Mesh, Vectors
from jobs.synthesize.head.raster import Seen
from jobs.synthesize.head.skin import cloth_share, skin_colours
from jobs.synthesize.head.surface import normals
from jobs.synthesize.head.texture import Texture, Values


@dataclass(frozen=True)
class Lighting:
    """How the light falls on the mesh.

    Attributes:
        light: what shines.
        openness, lit: float32 [n], how much each vertex sees of its surroundings, and of the main
            light.
    """

    light: Light
    openness: Values
    lit: Values


def paint_skin(
    mesh: Mesh,
    complexion: Complexion,
    lighting: Lighting,
    placed: Vectors,
    *,
    seen: Seen,
    triangles: Indices,
    density: float,
) -> Values:
    """The colour of each pixel of skin and cloth that is seen, float32 [k, 3].

    Args:
        mesh, complexion, lighting: whose skin, and its light.
        placed: float32 [n, 3], the mesh before the camera.
        seen, triangles: what was rasterised, and from which triangles.
        density: pixels a decimetre.
    """
    facing = normals(placed, mesh.triangles["skin"])
    fixed = [mesh.rest, mesh.lips, mesh.eyelids]
    at = seen.interpolate(
        triangles, np.column_stack([*fixed, facing, lighting.openness, lighting.lit])
    )
    rest, lips, eyelids, sky, lit = at[:, :3], at[:, 3], at[:, 4], at[:, 8], at[:, 9]
    facing = at[:, 5:8] / np.maximum(np.linalg.norm(at[:, 5:8], axis=1, keepdims=True), 1e-6)
    colours = skin_colours(rest, lips, eyelids, complexion, density)
    cloth = cloth_share(rest, complexion)
    folds = 1 + 0.06 * Texture(complexion.seed).at(rest[:, 0] * 4, rest[:, 1] * 2, 20)
    colours += cloth[:, None] * (complexion.cloth * folds[:, None] - colours)
    light = lighting.light
    damp = (0.05 + 0.12 * lips) * gloss(facing, lit, light, 28)
    shine = (1 - cloth) * (damp + 0.03 * gloss(facing, lit, light, 7))
    painted: Values = colours * shade(facing, sky, lit, light) + shine[:, None] * light.main
    return painted


def paint_hair(
    hair: Hair, complexion: Complexion, lighting: Lighting, placed: Vectors, seen: Seen
) -> tuple[Values, Values, Values]:
    """Hair that is seen from either side: colour [k, 3], density [k] and nearness [k]."""
    facing = normals(placed, hair.triangles)
    facing *= np.where(facing[:, 2:] < 0, -1, 1)
    sky, lit = np.clip(lighting.openness[hair.grows_on], 0.6, 1), lighting.lit[hair.grows_on]
    attributes = np.column_stack([hair.rest, facing, hair.density, placed[:, 2], sky, lit])
    at = seen.interpolate(hair.triangles, attributes.astype(np.float32))
    colours = hair_colours(at[:, :3], at[:, 3:6], complexion)
    return colours * shade(at[:, 3:6], at[:, 8], at[:, 9], lighting.light), at[:, 6], at[:, 7]
