"""The mesh of a head."""

import numpy as np

from jobs.synthesize.behaviour.action_units import FACE_UNITS
from jobs.synthesize.head.mesh import load_mesh


def test_every_face_unit_has_its_target_and_moves_something() -> None:
    targets = load_mesh().targets
    assert {name.removeprefix("units/") for name in targets if name.startswith("units/")} == set(
        FACE_UNITS
    )
    assert all(np.abs(targets[f"units/{unit}"].moves).max() > 0.005 for unit in FACE_UNITS)


def test_left_and_right_are_the_persons_own() -> None:
    mesh = load_mesh()
    for side, sign in (("Left", 1), ("Right", -1)):
        moved = mesh.targets[f"units/eyeBlink{side}"]
        far = np.linalg.norm(moved.moves, axis=1) > 0.05
        assert sign * np.median(mesh.rest[moved.vertices[far], 0]) > 0.2
        eye = mesh.vertices_of(f"{side.lower()}_eye")
        assert np.sign(mesh.rest[eye, 0].mean()) == sign


def test_the_lining_lies_behind_lips_and_lids() -> None:
    mesh = load_mesh()
    assert 0 < mesh.lining.sum() < 1500
    for part in (mesh.lips, mesh.eyelids):
        assert not mesh.lining[part > 0.5].any()
    assert mesh.rest[mesh.lining, 2].max() < mesh.rest[mesh.lips > 0.5, 2].max()


def test_triangles_name_vertices_that_are_there() -> None:
    mesh = load_mesh()
    for triangles in mesh.triangles.values():
        assert triangles.min() >= 0
        assert triangles.max() < len(mesh.rest)
        assert (triangles[:, 0] != triangles[:, 1]).all()
