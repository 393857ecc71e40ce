"""A head drawn once, at rest, in one pose and light: what every frame is then warped from."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.ndimage import binary_fill_holes, distance_transform_edt

from jobs.synthesize.head.hair import Hair, grow, hides_ears
from jobs.synthesize.head.identity import Complexion, Identity
from jobs.synthesize.head.light import Light
from jobs.synthesize.head.mesh import Indices, Mesh, Vectors
from jobs.synthesize.head.painting import Lighting, paint_hair, paint_skin
from jobs.synthesize.head.raster import Seen, rasterise
from jobs.synthesize.head.skin import cloth_share
from jobs.synthesize.head.surface import lit, normals, openness
from jobs.synthesize.head.texture import Values
from jobs.synthesize.head.view import View

Picture = npt.NDArray[np.float32]
_HAIR_OVER_SKIN, _HAIR_ALONE = 1.8, 9.0  # how quickly hair becomes dense from the hairline
_BEHIND = 0.02  # decimetres that hair may lie below the skin and still be seen


@dataclass(frozen=True)
class Canvas:
    """The head at rest.

    Attributes:
        identity, view, lighting: what it was drawn from.
        placed: float32 [n, 3], the vertices of the mesh before the camera.
        picture: float32 [h, w, 4], RGB times alpha and alpha. What shows between eyelids and lips
            is not drawn: there stands the colour of the nearest skin.
        rows, columns: int [k], the pixels of the head. One that hair covers is there twice, the
            hair last.
        vertices, weights: int32 and float32 [k, 3], the vertices that each pixel moves with.
        rest: float32 [k, 3], the place of each pixel on the untouched head.
        is_skin: bool [k], and not hair or cloth.
    """

    identity: Identity
    view: View
    lighting: Lighting
    placed: Vectors
    picture: Picture
    rows: npt.NDArray[np.intp]
    columns: npt.NDArray[np.intp]
    vertices: Indices
    weights: Values
    rest: Vectors
    is_skin: npt.NDArray[np.bool_]

    def interpolate(self, values: Values, pixels: npt.NDArray[np.generic]) -> Values:
        """Values of the mesh's vertices, float32 [n, c], at some of the pixels, [k, c].

        `pixels` are their indices, or bool [k].
        """
        corners, weights = self.vertices[pixels], self.weights[pixels]
        found: Values = weights[:, :1] * values[corners[:, 0]]
        for corner in (1, 2):
            found += weights[:, corner, None] * values[corners[:, corner]]
        return found


def draw(mesh: Mesh, identity: Identity, view: View, light: Light) -> Canvas:
    """Draw a head."""
    complexion, shape = identity.complexion, identity.shape
    hair = grow(mesh, shape, normals(shape, mesh.triangles["skin"]), complexion)
    placed = view.place(shape, view.turning)
    hair_placed = view.place(hair.places, view.turning[hair.grows_on])
    lighting = _fall(mesh, light, placed, hair, hair_placed)
    height, width = view.size
    skin = _bare_head(mesh, complexion)
    seen = rasterise(view.project(placed), skin, height, width)
    depth = np.full((height, width), -np.inf, np.float32)
    depth[seen.rows, seen.columns] = seen.interpolate(skin, placed[:, 2:])[:, 0]
    # The lining of mouth and eye sockets hides what is behind it, and is itself drawn over.
    inner: npt.NDArray[np.bool_] = np.any(mesh.lining[skin[seen.triangles]], axis=1)
    seen = seen.only(~inner)
    colours = paint_skin(
        mesh, complexion, lighting, placed, seen=seen, triangles=skin, density=view.density
    )
    picture = np.zeros((height, width, 4), np.float32)
    picture[seen.rows, seen.columns] = np.column_stack([colours, np.ones(len(colours))])
    over = rasterise(view.project(hair_placed), hair.triangles, height, width, both_sides=True)
    colours, dense, near = paint_hair(hair, complexion, lighting, hair_placed, over)
    share = _lay_over(picture, depth, over, colours=colours, dense=dense, near=near)
    over = over.only(share > 0.5)
    _close_holes(picture)
    rest = seen.interpolate(skin, mesh.rest)
    bare = cloth_share(rest, complexion) < 0.5
    grown = hair.grows_on[hair.triangles[over.triangles]]
    return Canvas(
        identity=identity,
        view=view,
        lighting=lighting,
        placed=placed,
        picture=picture,
        rows=np.concatenate([seen.rows, over.rows]),
        columns=np.concatenate([seen.columns, over.columns]),
        vertices=np.concatenate([skin[seen.triangles], grown]).astype(np.int32),
        weights=np.concatenate([seen.weights, over.weights]),
        rest=np.concatenate([rest, over.interpolate(hair.triangles, hair.rest)]),
        is_skin=np.concatenate([bare, np.zeros(len(over.rows), bool)]),
    )


def _fall(mesh: Mesh, light: Light, placed: Vectors, hair: Hair, hair_placed: Vectors) -> Lighting:
    """How the light falls on a head with its hair."""
    skin = mesh.triangles["skin"]
    casting = np.concatenate([skin, hair.triangles + len(placed)])
    free = lit(np.concatenate([placed, hair_placed]), light.towards, casting, len(placed))
    return Lighting(light, openness(placed, normals(placed, skin)), free)


def _bare_head(mesh: Mesh, complexion: Complexion) -> Indices:
    """The triangles of the skin but for ears that hair hides, int32 [m, 3]."""
    triangles = mesh.triangles["skin"]
    if not hides_ears(complexion.hair_form):
        return triangles
    x, y, _ = mesh.rest.T
    ears = (np.abs(x) > 0.8) & (y > 6.8) & (y < 7.42)
    kept: Indices = triangles[~ears[triangles].any(axis=1)]
    return kept


def _lay_over(
    picture: Picture, depth: Values, seen: Seen, *, colours: Values, dense: Values, near: Values
) -> Values:
    """Lay hair over the picture where nothing is before it; how much of each pixel it covers."""
    before = near > depth[seen.rows, seen.columns] - _BEHIND
    on_skin = picture[seen.rows, seen.columns, 3] > 0
    growth = np.where(on_skin, _HAIR_OVER_SKIN, _HAIR_ALONE)
    share: Values = (np.clip(dense * growth, 0, 1) * before).astype(np.float32)
    under = picture[seen.rows, seen.columns]
    over = np.column_stack([colours, np.ones(len(colours), np.float32)])
    picture[seen.rows, seen.columns] = under + share[:, None] * (over - under)
    return share


def _close_holes(picture: Picture) -> None:
    """Fill what the head surrounds with the colour of what is nearest."""
    known = picture[..., 3] > 0
    holes = binary_fill_holes(known) & ~known
    nearest = distance_transform_edt(~known, return_distances=False, return_indices=True)
    picture[holes] = picture[nearest[0][holes], nearest[1][holes]]
