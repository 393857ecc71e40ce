"""SCRFD on models of its shape, made here: a face is where a cell of the grid is white.

Each model pools the picture over the cells of strides 8, 16 and 32; a cell's mean is the score
of its first anchor, and boxes and landmarks lie at fixed distances from the cell's corner.
"""

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from stages.faces.config import FacesConfig
from stages.faces.detectors.canvas import fit
from stages.faces.detectors.detector import MAX_FACES
from stages.faces.detectors.scrfd import ScrfdDetector, prepare
from stages.faces.i420 import picture, size
from stages.faults import SetupError

pytest.importorskip(
    "cv2", reason="InsightFace needs OpenCV, and OpenCV the library libGL", exc_type=ImportError
)

STRIDES = (8, 16, 32)
BOX = np.array([2, 1, 3, 4], np.float32)  # left, top, right, bottom, in strides
POINTS = np.array([-1, -0.5, 1, -0.5, 0, 0.5, -0.75, 1.5, 0.75, 1.25], np.float32)


def _level(stride, batch):
    """Nodes, weights and outputs of one grid; rank 3 with a batch axis where `batch` is true."""
    rows = [0, -1] if batch else [-1]

    def name(part):
        return f"{part}_{stride}"

    shapes = {
        "score": np.array([*rows, 1]),
        "boxes": np.array([*rows, 4]),
        "points": np.array([*rows, 10]),
        "flat": np.array([0, -1, 1]),
    }
    weights = [
        numpy_helper.from_array(value, name(f"shape_{key}")) for key, value in shapes.items()
    ]
    weights += [
        numpy_helper.from_array(BOX.reshape(1, 1, 4), name("box")),
        numpy_helper.from_array(POINTS.reshape(1, 1, 10), name("point")),
        numpy_helper.from_array(np.zeros(1, np.float32), name("zero")),
    ]
    node = helper.make_node
    nodes = [
        node("AveragePool", ["x"], [name("pool")], kernel_shape=[stride] * 2, strides=[stride] * 2),
        node("ReduceMean", [name("pool")], [name("mean")], axes=[1], keepdims=1),
        node("Relu", [name("mean")], [name("positive")]),
        node("Reshape", [name("positive"), name("shape_flat")], [name("first")]),
        node("Mul", [name("first"), name("zero")], [name("second")]),
        node("Concat", [name("first"), name("second")], [name("both")], axis=2),
        node("Reshape", [name("both"), name("shape_flat")], [name("anchors")]),
        node("Reshape", [name("anchors"), name("shape_score")], [name("scores")]),
        node("Mul", [name("anchors"), name("zero")], [name("none")]),
        node("Add", [name("none"), name("box")], [name("all_boxes")]),
        node("Reshape", [name("all_boxes"), name("shape_boxes")], [name("boxes")]),
        node("Add", [name("none"), name("point")], [name("all_points")]),
        node("Reshape", [name("all_points"), name("shape_points")], [name("points")]),
    ]
    return nodes, weights


def _save_scrfd(file, *, batch, size):
    """Write the model; `batch` and `size` (width, height) are None where they are dynamic."""
    width, height = size or ("width", "height")
    levels = [_level(stride, batch is None) for stride in STRIDES]
    leading = ["batch", None] if batch is None else [None]
    outputs = [
        helper.make_tensor_value_info(f"{part}_{stride}", TensorProto.FLOAT, [*leading, last])
        for part, last in (("scores", 1), ("boxes", 4), ("points", 10))
        for stride in STRIDES
    ]
    shape = ["batch" if batch is None else batch, 3, height, width]
    graph = helper.make_graph(
        [node for nodes, _ in levels for node in nodes],
        "scrfd",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        outputs,
        [weight for _, weights in levels for weight in weights],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
    model.ir_version = 8
    onnx.checker.check_model(model)
    onnx.save(model, file)
    return file


@pytest.fixture(scope="module")
def batched_model(tmp_path_factory):
    return _save_scrfd(tmp_path_factory.mktemp("a") / "det_a.onnx", batch=None, size=None)


@pytest.fixture(scope="module")
def single_model(tmp_path_factory):
    return _save_scrfd(tmp_path_factory.mktemp("b") / "det_b.onnx", batch=1, size=(640, 640))


def _detector(file, **settings):
    settings = {"input_size": 640, "min_face": 0.02, **settings}
    return ScrfdDetector(str(file), FacesConfig(detector=f"insightface:{file}", **settings))


def _frame(*squares, size=(640, 360)):
    """A black I420 frame with white squares: x, y, side."""
    width, height = size
    luma = np.full((height, width), 16, np.uint8)
    for x, y, side in squares:
        luma[y : y + side, x : x + side] = 235
    return np.vstack([luma, np.full((height // 2, width), 128, np.uint8)])


def _only(detector, frame):
    ((face,),) = detector.detect([frame])
    return face


@pytest.mark.parametrize("stride", STRIDES)
@pytest.mark.parametrize("model", ["batched_model", "single_model"])
def test_a_face_is_decoded_at_its_place(model, stride, request):
    x, y = 5 * 32, 3 * 32
    frame = _frame((x, y, stride))
    (faces,) = _detector(request.getfixturevalue(model)).detect([frame])
    corner = np.array([x, y])
    wanted = np.concatenate([corner - BOX[:2] * stride, corner + BOX[2:] * stride])
    (face,) = [face for face in faces if np.allclose(face.box, wanted, atol=0.01)]
    np.testing.assert_allclose(face.points, corner + POINTS.reshape(5, 2) * stride, atol=0.01)
    assert face.score == pytest.approx(0.996, abs=0.01)


def test_a_smaller_frame_gives_coordinates_of_its_own(batched_model):
    large = _only(_detector(batched_model), _frame((160, 96, 8)))
    small = _only(_detector(batched_model), _frame((80, 48, 4), size=(320, 180)))
    np.testing.assert_allclose(small.box * 2, large.box, atol=0.1)
    np.testing.assert_allclose(small.points * 2, large.points, atol=0.1)


def test_of_boxes_that_overlap_the_best_stays(batched_model):
    frame = _frame((160, 96, 8), (168, 96, 8), (400, 200, 8))
    frame[96:104, 168:176] = 200
    (faces,) = _detector(batched_model).detect([frame])
    assert [round(face.box[0]) for face in faces] == [160 - 16, 400 - 16]


def test_a_batch_finds_what_single_frames_find(batched_model, single_model):
    frames = [_frame((32 * i, 16 * i, 8), (400, 32 * i, 16)) for i in range(1, 8)] + [_frame()]
    expected = list(_detector(single_model).detect(frames))
    assert [len(faces) > 0 for faces in expected] == [True] * 7 + [False]
    for number in (1, 3, 8):
        found = list(_detector(batched_model, batch_frames=number).detect(frames))
        assert len(found) == len(frames)
        for ours, theirs in zip(found, expected, strict=True):
            assert len(ours) == len(theirs)
            for one, other in zip(ours, theirs, strict=True):
                np.testing.assert_allclose(one.box, other.box, atol=1e-3)
                np.testing.assert_allclose(one.points, other.points, atol=1e-3)
                assert one.score == pytest.approx(other.score)


def test_frames_are_taken_a_batch_at_a_time(batched_model):
    taken = []

    def stream():
        for number in range(10):
            taken.append(number)
            yield _frame((160, 96, 8))

    faces = _detector(batched_model, batch_frames=4).detect(stream())
    next(faces)
    assert len(taken) == 4


def test_the_faces_are_those_of_insightface_itself(single_model, portrait, to_i420):
    from insightface.model_zoo import get_model

    pixels = np.zeros((360, 640, 3), np.uint8)
    pixels[36:324, 200:488] = portrait
    frame = to_i420(pixels)
    theirs = get_model(str(single_model), providers=["CPUExecutionProvider"])
    bgr = np.asarray(picture(frame, size(frame)))[..., ::-1]
    boxes, points = theirs.detect(np.ascontiguousarray(bgr), det_thresh=0.3)
    (ours,) = _detector(single_model).detect([frame])
    assert 0 < len(ours) == min(len(boxes), MAX_FACES)
    boxes, points = boxes[: len(ours)], points[: len(ours)]
    np.testing.assert_allclose([face.box for face in ours], boxes[:, :4], atol=1e-2)
    np.testing.assert_allclose([face.score for face in ours], boxes[:, 4], atol=1e-4)
    np.testing.assert_allclose([face.points for face in ours], points, atol=1e-2)


def test_faces_too_small_to_be_of_use_are_left_out(batched_model):
    frame = _frame((160, 96, 8))  # its box is 40 pixels
    assert list(_detector(batched_model, min_face=0.2).detect([frame])) == [[]]


def test_a_picture_of_sixteen_pixels_does_no_harm(batched_model, single_model):
    for model in (batched_model, single_model):
        assert list(_detector(model).detect([_frame(size=(16, 16))])) == [[]]


def test_colours_reach_the_model_as_red_green_blue(to_i420):
    pixels = np.zeros((64, 64, 3), np.uint8)
    pixels[:] = (255, 128, 0)
    blob = prepare(fit((64, 64), 64).fill(to_i420(pixels)))
    assert blob.shape == (3, 64, 64)
    assert blob.dtype == np.float32
    means = blob.mean(axis=(1, 2)) * 128 + 127.5
    np.testing.assert_allclose(means, [255, 128, 0], atol=4)


def test_a_file_that_is_no_model_is_named(tmp_path):
    (tmp_path / "det_x.onnx").write_text("not a model")
    with pytest.raises(SetupError, match=r"faces\.detector: .*det_x\.onnx cannot be loaded"):
        _detector(tmp_path / "det_x.onnx")


def test_a_model_of_something_else_is_refused(tmp_path):
    graph = helper.make_graph(
        [helper.make_node("Relu", ["x"], ["y"])],
        "relu",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, 50, 50])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 3, 50, 50])],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
    model.ir_version = 8
    onnx.save(model, tmp_path / "det_relu.onnx")
    with pytest.raises(SetupError, match="is not an SCRFD detector"):
        _detector(tmp_path / "det_relu.onnx")


def test_a_batch_that_cannot_be_filled_is_refused(tmp_path):
    file = _save_scrfd(tmp_path / "det_four.onnx", batch=4, size=(64, 64))
    with pytest.raises(SetupError, match="exactly 4 frames"):
        _detector(file)


@pytest.mark.gpu
def test_a_gpu_finds_what_the_cpu_finds(batched_model):
    """Where onnxruntime-gpu stands in the place of onnxruntime."""
    frames = [_frame((32 * i, 16 * i, 8), (400, 32 * i, 16)) for i in range(1, 8)]
    expected = _detector(batched_model).detect(frames)
    found = _detector(batched_model, device="cuda").detect(frames)
    for ours, theirs in zip(found, expected, strict=True):
        assert len(ours) == len(theirs) > 0
        for one, other in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(one.box, other.box, atol=0.1)


def test_a_device_that_is_not_there_is_an_error_not_a_slower_run(single_model):
    import onnxruntime

    if "CUDAExecutionProvider" in onnxruntime.get_available_providers():
        device = "cuda:99"
    else:
        device = "cuda"
    with pytest.raises(SetupError, match=r"faces\.device"):
        _detector(single_model, device=device)
