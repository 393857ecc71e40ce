"""Runs YuNet over onnxruntime."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from stages.faces.config import FacesConfig
from stages.faces.detectors.canvas import fit
from stages.faces.detectors.detector import MAX_FACES, Detection, Trust
from stages.faces.detectors.yunet.decoding import OUTPUTS, read_faces
from stages.faces.detectors.yunet.weights import verified_weights
from stages.faces.i420 import Frame, frame_to_rgb


class YunetDetector:
    """Finds faces at many angles, with scores and five landmarks."""

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
            yield self._faces(frame)

    def _faces(self, frame: Frame) -> list[Detection]:
        picture = frame_to_rgb(frame)
        canvas = fit(picture.size, self._long_side)
        pixels = canvas.fill(picture)[None, :, :, ::-1].transpose(0, 3, 1, 2)  # BGR, 0..255
        values = self._session.run(OUTPUTS, {"input": pixels.astype(np.float32)})
        found = read_faces(dict(zip(OUTPUTS, values, strict=True)), canvas.size[0])
        boxes, points = found.boxes / np.tile(canvas.scale, 2), found.points / canvas.scale
        large = (boxes[:, 2:] - boxes[:, :2]).max(axis=1) >= self._min_face * min(picture.size)
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
