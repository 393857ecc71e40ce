"""What light needs to know of a surface: its normals, its hollows, and what lies in shadow."""

from functools import cache

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from jobs.synthesize.head.mesh import Indices, Mesh, Vectors, load_mesh
from jobs.synthesize.head.raster import rasterise

Values = npt.NDArray[np.float32]
_HOLLOW_STEPS = (2, 10, 40)  # rounds of smoothing: a crease, an eye socket, under the chin
_HOLLOW_DEPTHS = (0.012, 0.04, 0.12)  # decimetres that make it dark, for each
_SHADOW_PIXELS = 160
_SHADOW_BIAS = 0.03  # decimetres
_SHADOW_SPREAD = 3


def normals(places: Vectors, triangles: Indices) -> Vectors:
    """The unit normal of each vertex, float32 [n, 3]; zero where no triangle touches it."""
    a, b, c = (places[triangles[:, corner]] for corner in range(3))
    flat = np.cross(b - a, c - a)
    summed = np.stack(
        [
            sum(np.bincount(triangles[:, k], flat[:, axis], len(places)) for k in range(3))
            for axis in range(3)
        ],
        axis=1,
    )
    length = np.linalg.norm(summed, axis=1, keepdims=True)
    found: Vectors = (summed / np.maximum(length, 1e-9)).astype(np.float32)
    return found


def openness(places: Vectors, towards: Vectors) -> Values:
    """How much of the sky each vertex of the skin sees, 0..1: less in creases and hollows.

    A vertex that lies deeper than its smoothed surroundings is in a hollow of their size.
    """
    spread = _spreading()
    smooth, shut, done = places, np.zeros(len(places), np.float32), 0
    for steps, depth in zip(_HOLLOW_STEPS, _HOLLOW_DEPTHS, strict=True):
        for _ in range(steps - done):
            smooth = spread @ smooth
        done = steps
        deep = ((smooth - places) * towards).sum(axis=1) / depth
        shut += np.clip(spread @ deep.astype(np.float32), 0, 1.5)
    found: Values = np.exp(-0.34 * shut).astype(np.float32)
    return found


def lit(places: Vectors, light: Vectors, triangles: Indices, receivers: int) -> Values:
    """How much of a far light the vertices of the mesh get, 0..1, by what stands between.

    Args:
        places: float32 [n, 3].
        light: float32 [3], unit vector towards the light.
        triangles: int32 [m, 3], what casts shadows.
        receivers: how many of the places, the first ones, are those of the mesh.
    """
    across = np.cross((0.0, 1.0, 0.0), light)
    across /= np.linalg.norm(across)
    axes = np.stack([across, np.cross(light, across), light]).astype(np.float32)
    turned = places @ axes.T
    low, high = turned[:, :2].min(axis=0), turned[:, :2].max(axis=0)
    scale = (_SHADOW_PIXELS - 1) / float((high - low).max())
    flat = (turned[:, :2] - low) * scale
    screen = np.column_stack([flat[:, 0], _SHADOW_PIXELS - 1 - flat[:, 1], turned[:, 2]])
    seen = rasterise(screen.astype(np.float32), triangles, _SHADOW_PIXELS, _SHADOW_PIXELS, True)
    nearest = np.full((_SHADOW_PIXELS, _SHADOW_PIXELS), -np.inf, np.float32)
    nearest[seen.rows, seen.columns] = seen.interpolate(
        triangles, screen[:, 2:].astype(np.float32)
    )[:, 0]
    rows, columns = screen[:receivers, 1].astype(int), screen[:receivers, 0].astype(int)
    free = (nearest[rows, columns] < turned[:receivers, 2] + _SHADOW_BIAS).astype(np.float32)
    for _ in range(_SHADOW_SPREAD):
        free = _spreading() @ free
    found: Values = free
    return found


@cache
def _spreading() -> csr_array:
    """The mean of a vertex of the skin and its neighbours, as a matrix [n, n]."""
    mesh: Mesh = load_mesh()
    edges = mesh.triangles["skin"]
    pairs = np.concatenate([edges[:, [0, 1]], edges[:, [1, 2]], edges[:, [2, 0]]])
    everyone = np.arange(len(mesh.rest))
    rows = np.concatenate([pairs[:, 0], pairs[:, 1], everyone])
    columns = np.concatenate([pairs[:, 1], pairs[:, 0], everyone])
    ones = csr_array((np.ones(len(rows), np.float32), (rows, columns)))
    ones.sum_duplicates()
    ones.data[:] = 1
    found = ones.multiply(1 / ones.sum(axis=1)[:, None])
    return csr_array(found, dtype=np.float32)
