"""Hair of every form."""

from dataclasses import replace

import numpy as np
import pytest

from jobs.synthesize.head.hair import grow, hair_colours, hides_ears
from jobs.synthesize.head.identity import HairForm, identity_of
from jobs.synthesize.head.mesh import load_mesh
from jobs.synthesize.head.surface import normals


@pytest.mark.parametrize("form", HairForm)
def test_every_form_grows_on_the_head(form: HairForm) -> None:
    mesh = load_mesh()
    identity = identity_of(mesh, "dev", 3)
    complexion = replace(identity.complexion, hair_form=form)
    facing = normals(identity.shape, mesh.triangles["skin"])
    hair = grow(mesh, identity.shape, facing, complexion)
    assert len(hair.places) == len(hair.rest) == len(hair.grows_on) == len(hair.density)
    assert np.isfinite(hair.places).all()
    assert 0 <= hair.density.min() < hair.density.max() <= 1
    assert 0 <= hair.triangles.min() <= hair.triangles.max() < len(hair.places)
    assert 0 <= hair.grows_on.min() <= hair.grows_on.max() < len(mesh.rest)
    used = np.unique(hair.triangles)
    assert np.ptp(hair.places[used, 0]) < 4  # decimetres
    dense = hair.rest[hair.density > 0.5, 1]
    assert (dense.min() < 6.7) == hides_ears(form)  # as low as the jaw
    colours = hair_colours(hair.rest[used], np.tile((0, 0, 1), (len(used), 1)), complexion)
    assert np.isfinite(colours).all()
    assert colours.min() >= 0
