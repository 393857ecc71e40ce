"""Somebody seen from behind."""

import av
import numpy as np

from jobs.synthesize.scene.behind import seen_from_behind
from jobs.synthesize.scene.camera import MARGIN
from jobs.synthesize.scene.look import draw_look
from stages.faces.config import FacesConfig
from stages.faces.detectors.yunet.detector import YunetDetector
from tests.jobs.synthesize.dialogues import person


def test_somebody_is_there_and_no_face() -> None:
    detector = YunetDetector(FacesConfig())
    for seed in range(3):
        rng = np.random.default_rng(seed)
        look = draw_look(rng, 192, 1)
        size = look.height + 2 * MARGIN, look.width + 2 * MARGIN
        empty = np.full((*size, 3), 0.5, np.float32)
        seen = seen_from_behind(empty, person(identity=seed), "dev", look, rng)
        assert seen.shape == empty.shape
        assert (seen != empty).any(axis=-1).mean() > 0.15
        assert (seen != empty)[-1].any()  # down to the lower edge
        even = np.ascontiguousarray((255 * seen.clip(0, 1)).astype(np.uint8)[:, : look.width])
        frame = av.VideoFrame.from_ndarray(even, "rgb24").reformat(format="yuv420p")
        (faces,) = detector.detect([frame.to_ndarray()])
        assert all(face.score < 0.5 for face in faces)  # hair may look a little like one
