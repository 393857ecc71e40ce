"""Runs YuNet over onnxruntime."""

import math
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from stages.faces.config import FacesConfig
from stages.faces.detectors.canvas import fit
from stages.faces.detectors.detector import MAX_FACES, Detection, Trust
from stages.faces.detectors.yunet.decoding import OUTPUTS, read_faces
from stages.faces.detectors.yunet.weights import verified_weights
from stages.faces.i420 import Frame, size

# Pixels of the input, the longer side of a face.
LEAST_SEEN = 20  # smaller ones are missed
PLAIN = 36  # as well seen as at twice the size
CLEAR = 40  # nothing is gained by showing the smallest face looked for any larger


class YunetDetector:
    """Finds faces at many angles, with scores and five landmarks.

    A frame is looked at with half the input size first, for a quarter of the cost, which serves
    where all that is seen are large and sure faces.
    """

    # Faces score 0.9 and more, ears and backs of heads 0.6 to 0.83, coloured bars up to 0.75.
    trust = Trust(begins=0.7, sure=0.85)

    def __init__(self, config: FacesConfig) -> None:
        """Open the network, on one thread.

        Raises:
            stages.faults.SetupError: its file is missing or not the package's own.
        """
        self._session = _open_session(verified_weights())
        self._long_side = config.input_size
        self._min_face = config.min_face

    def detect(self, frames: Iterable[Frame]) -> Iterator[list[Detection]]:
        """Yield the faces of each frame, best first. A frame is looked at alone."""
        for frame in frames:
            smallest = self._min_face * min(size(frame)) / max(size(frame))  # share of long side
            close = min(self._long_side, math.ceil(CLEAR / smallest))
            yield self._glance(frame, smallest) or self._look(frame, close)

    def _glance(self, frame: Frame, smallest: float) -> list[Detection]:
        """The faces seen at half the size, or none where a closer look could see more."""
        long_side = self._long_side // 2
        if smallest * long_side < LEAST_SEEN:
            return []
        faces = self._look(frame, long_side)
        least = PLAIN * max(size(frame)) / long_side
        plain = all(
            face.score >= self.trust.sure and (face.box[2:] - face.box[:2]).max() >= least
            for face in faces
        )
        return faces if plain else []

    def _look(self, frame: Frame, long_side: int) -> list[Detection]:
        canvas = fit(size(frame), long_side)
        pixels = np.empty((1, 3, *canvas.size[::-1]), np.float32)
        pixels[0] = canvas.fill(frame).transpose(2, 0, 1)[::-1]  # BGR, 0..255
        values = self._session.run(OUTPUTS, {"input": pixels})
        found = read_faces(dict(zip(OUTPUTS, values, strict=True)), canvas.size[0])
        boxes, points = found.boxes / np.tile(canvas.scale, 2), found.points / canvas.scale
        large = (boxes[:, 2:] - boxes[:, :2]).max(axis=1) >= self._min_face * min(size(frame))
        return [
            Detection(boxes[face], float(found.scores[face]), points[face])
            for face in np.flatnonzero(large)[:MAX_FACES]
        ]


def _open_session(weights: bytes) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(
        _of_any_size(weights), options, providers=["CPUExecutionProvider"]
    )


def _of_any_size(weights: bytes) -> bytes:
    """The network without the size of 640 x 640 that it was written down with.

    None of its layers depends on a size; only the declared shapes do, and onnxruntime holds
    inputs to them.
    """
    import onnx

    model = onnx.load_from_string(weights)
    [picture] = model.graph.input
    height, width = picture.type.tensor_type.shape.dim[2:]
    height.dim_param, width.dim_param = "height", "width"
    for output in model.graph.output:
        output.type.tensor_type.shape.dim[1].dim_param = f"cells of {output.name}"
    del model.graph.value_info[:]
    return bytes(model.SerializeToString())
