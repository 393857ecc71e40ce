"""Where each person stands before the camera."""

import numpy as np

from jobs.synthesize.scene.look import draw_look
from jobs.synthesize.scene.staging import stand_alone, stand_together

FACE_DM = 2.3


def test_somebody_alone_is_within_the_picture() -> None:
    for seed in range(60):
        rng = np.random.default_rng(seed)
        look = draw_look(rng, 256, 1)
        stand = stand_alone(rng, look)
        half = stand.density * FACE_DM / 2
        assert half < stand.row + half / 2 < look.height
        assert half / 2 < stand.column < look.width - half / 2
        assert np.allclose(stand.rotation @ stand.rotation.T, np.eye(3), atol=1e-5)


def test_two_stand_side_by_side_and_turn_to_each_other() -> None:
    for seed in range(60):
        rng = np.random.default_rng(seed)
        look = draw_look(rng, 256, 2)
        left, right = stand_together(rng, look)
        assert left.column < look.width / 2 < right.column
        # A face that turns to its own left shows its nose further right in the picture.
        assert left.rotation[0, 2] > 0 > right.rotation[0, 2]
        assert left.gaze[0] > 0 > right.gaze[0]
        assert right.column - left.column > 0.35 * look.width
