"""Heads with a foreign skin."""

import numpy as np

from jobs.synthesize.head.canvas import draw
from jobs.synthesize.head.identity import identity_of
from jobs.synthesize.head.mesh import load_mesh
from jobs.synthesize.head.view import view_of
from jobs.synthesize.scene.look import draw_look
from jobs.synthesize.scene.skin_texture import textured
from jobs.synthesize.scene.staging import stand_alone


def test_the_skin_changes_and_the_outline_does_not() -> None:
    rng = np.random.default_rng(2)
    look, mesh = draw_look(rng, 128, 1), load_mesh()
    stand, identity = stand_alone(rng, look), identity_of(mesh, "dev", 3)
    canvas = draw(
        mesh, identity, view_of(mesh, identity, stand.density, stand.rotation), look.light
    )
    other = textured(canvas, rng)
    head = canvas.picture[..., 3] > 0.9
    assert np.array_equal(other.picture[..., 3], canvas.picture[..., 3])
    assert np.abs(other.picture - canvas.picture)[head].mean() > 0.02
    assert (other.picture[..., :3] <= other.picture[..., 3:]).all()
    assert other.picture.dtype == np.float32
