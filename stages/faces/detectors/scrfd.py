"""SCRFD, InsightFace's detector: faces at many angles, with scores and five landmarks.

Guo et al., "Sample and Computation Redistribution for Efficient Face Detection", ICLR 2022. The
model and its session come from `insightface.model_zoo`; its own `detect` takes one picture at a
time, so frames are batched here.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stages.faces.config import FacesConfig
from stages.faces.detectors.canvas import Canvas, fit
from stages.faces.detectors.detector import MAX_FACES, Detection, Trust
from stages.faces.detectors.packs import detector_file
from stages.faces.i420 import Frame, size
from stages.faults import SetupError

LEAST_SCORE = 0.3  # below it SCRFD gives noise; where tracks begin is `faces.min_score`
MAX_CANDIDATES = 1000  # of a frame, best first, to choose the faces from
SAME_FACE = 0.4  # overlap (IoU) from which the weaker of two boxes goes, as in insightface


class ScrfdDetector:
    """Runs an SCRFD model on frames scaled and padded to its input."""

    trust = Trust(begins=0.5, sure=0.65)  # at 0.5 InsightFace takes a face for one

    def __init__(self, weights: str, config: FacesConfig) -> None:
        """Open the model.

        Args:
            weights: a pack's name, a folder or an .onnx file.

        Raises:
            SetupError: the model is not there or is no SCRFD, InsightFace does not import, or
                the device is not there.
        """
        file = detector_file(weights, config.model_root)
        self._model = _open_model(file, config.device)
        batch, _, height, width = self._model.input_shape
        if isinstance(batch, int) and batch > 1:
            raise SetupError(
                f"faces.detector: {file} takes exactly {batch} frames at a time. "
                "Export it with a batch of 1 or a dynamic one."
            )
        # The frames of a batch come apart again only where each output has them as an axis.
        self._takes_batch = not isinstance(batch, int) and self._model.batched
        self._batch_frames = config.batch_frames if self._takes_batch else 1
        self._fixed = (
            (width, height) if isinstance(width, int) and isinstance(height, int) else None
        )
        self._long_side = config.input_size
        self._min_face = config.min_face

    def detect(self, frames: Iterable[Frame]) -> Iterator[list[Detection]]:
        """Yield the faces of each frame (all of one size), best first."""
        stream = iter(frames)
        while batch := list(islice(stream, self._batch_frames)):
            yield from self._detect_batch(batch)

    def _detect_batch(self, frames: list[Frame]) -> Iterator[list[Detection]]:
        shape = size(frames[0])
        canvas = fit(shape, self._long_side, self._fixed)
        blob = np.stack([prepare(canvas.fill(frame)) for frame in frames])
        outputs = self._model.session.run(self._model.output_names, {self._model.input_name: blob})
        for index in range(len(frames)):
            mine = [output[index] if self._model.batched else output for output in outputs]
            faces = self._decode(mine, canvas)
            yield [face for face in faces if self._large_enough(face, shape)][:MAX_FACES]

    def _large_enough(self, face: Detection, shape: tuple[int, int]) -> bool:
        return float(np.max(face.box[2:] - face.box[:2])) >= self._min_face * min(shape)

    def _decode(self, outputs: list[NDArray[np.float32]], canvas: Canvas) -> list[Detection]:
        """The faces in one frame's outputs: scores, then boxes, then points, stride by stride."""
        model = self._model
        boxes, points = [], []
        for level, stride in enumerate(model._feat_stride_fpn):
            scores = outputs[level].reshape(-1)
            sure = np.flatnonzero(scores >= LEAST_SCORE)
            centres = _centres(canvas.size, stride, model._num_anchors)[sure]
            distances = outputs[level + model.fmc][sure] * stride
            corners = np.hstack([centres - distances[:, :2], centres + distances[:, 2:]])
            boxes.append(np.hstack([corners, scores[sure, None]]))
            if model.use_kps:
                shifts = outputs[level + 2 * model.fmc][sure] * stride
                points.append(centres[:, None, :] + shifts.reshape(-1, 5, 2))
        candidates = np.vstack(boxes)
        landmarks = np.vstack(points) if points else None
        order = np.argsort(-candidates[:, 4], kind="stable")[:MAX_CANDIDATES]
        return [
            Detection(
                box=candidates[face, :4] / np.tile(canvas.scale, 2),
                score=float(np.clip(candidates[face, 4], 0, 1)),
                points=None if landmarks is None else landmarks[face] / canvas.scale,
            )
            for face in order[model.nms(candidates[order])]
        ]


def prepare(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The model's input, float32 [3, H, W], for RGB pixels [H, W, 3]: (value - 127.5) / 128."""
    return (pixels.astype(np.float32).transpose(2, 0, 1) - np.float32(127.5)) / np.float32(128)


def _centres(canvas: tuple[int, int], stride: int, anchors: int) -> NDArray[np.float64]:
    """Anchor points of one grid, row by row, each as often as it has anchors: [n, 2] x, y."""
    x, y = np.meshgrid(np.arange(canvas[0] // stride), np.arange(canvas[1] // stride))
    grid = np.stack([x.ravel(), y.ravel()], axis=1) * float(stride)
    return np.repeat(grid, anchors, axis=0)


def _open_model(file: Path, device: str) -> Any:
    """The model as `insightface.model_zoo.SCRFD`, its session on one thread of `device`."""
    try:
        import onnxruntime
        from insightface.model_zoo import get_model
    except ImportError as fault:  # OpenCV wants libGL, which bare servers lack
        raise SetupError(
            f"faces.detector: InsightFace does not import ({fault}). If a system library is "
            "missing, install it (Debian and Ubuntu: apt install libgl1 libglib2.0-0)."
        ) from fault
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    providers = _providers(device, onnxruntime.get_available_providers())
    try:
        model = get_model(str(file), providers=providers, sess_options=options)
    except Exception as fault:  # onnxruntime raises classes of its own, of no common base
        raise SetupError(f"faces.detector: {file} cannot be loaded: {fault}") from fault
    outputs = len(model.session.get_outputs()) if model is not None else 0
    if type(model).__name__ != "SCRFD" or outputs not in (6, 9, 10, 15):
        raise SetupError(f"faces.detector: {file} is not an SCRFD detector")
    model.nms_thresh = SAME_FACE
    if device != "cpu" and "CUDAExecutionProvider" not in model.session.get_providers():
        raise SetupError(f"faces.device: {device} cannot be used by onnxruntime for {file}")
    return model


def _providers(device: str, available: list[str]) -> list[Any]:
    if device == "cpu":
        return ["CPUExecutionProvider"]
    if "CUDAExecutionProvider" not in available:
        raise SetupError(
            f"faces.device: {device} is asked for, but the installed onnxruntime has no CUDA. "
            "Install onnxruntime-gpu in place of onnxruntime, or set faces.device=cpu."
        )
    _, _, number = device.partition(":")
    return [("CUDAExecutionProvider", {"device_id": int(number or 0)}), "CPUExecutionProvider"]
