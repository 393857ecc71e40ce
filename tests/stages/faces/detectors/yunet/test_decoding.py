import numpy as np
import pytest

from stages.faces.detectors.yunet.decoding import STRIDES, read_faces

WIDTH, HEIGHT = 128, 64


def _outputs(*cells):
    """Outputs that are sure of some cells: (stride, column, row, certainty, side in pixels)."""
    outputs = {}
    for stride in STRIDES:
        number = (WIDTH // stride) * (HEIGHT // stride)
        for kind, channels in (("cls", 1), ("obj", 1), ("bbox", 4), ("kps", 10)):
            outputs[f"{kind}_{stride}"] = np.zeros((1, number, channels), np.float32)
    for stride, column, row, certainty, side in cells:
        cell = row * (WIDTH // stride) + column
        outputs[f"cls_{stride}"][0, cell] = outputs[f"obj_{stride}"][0, cell] = certainty
        outputs[f"bbox_{stride}"][0, cell] = [0.5, 0.25, *[np.log(side / stride)] * 2]
        outputs[f"kps_{stride}"][0, cell] = np.arange(10)
    return outputs


@pytest.mark.parametrize("stride", STRIDES)
def test_boxes_and_points_count_from_their_cell_in_its_strides(stride):
    found = read_faces(_outputs((stride, 1, 0, 0.9, 20)), WIDTH)
    centre = np.array([1.5, 0.25]) * stride
    np.testing.assert_allclose(found.boxes, [[*(centre - 10), *(centre + 10)]], rtol=1e-6)
    np.testing.assert_allclose(
        found.points[0], (np.arange(10).reshape(5, 2) + np.array([1, 0])) * stride, rtol=1e-6
    )


def test_the_score_is_the_geometric_mean_of_class_and_object():
    outputs = _outputs((8, 3, 2, 0.9, 20))
    outputs["obj_8"][:] *= np.float32(0.4 / 0.9)
    assert read_faces(outputs, WIDTH).scores == pytest.approx([0.6])


def test_of_boxes_that_cover_each_other_the_best_stays():
    outputs = _outputs((8, 3, 2, 0.7, 30), (8, 4, 2, 0.9, 30), (16, 6, 2, 0.8, 30))
    found = read_faces(outputs, WIDTH)
    assert found.scores == pytest.approx([0.9, 0.8])
    assert found.boxes[0, 0] == pytest.approx(4.5 * 8 - 15)


def test_nothing_likely_is_no_face():
    found = read_faces(_outputs((8, 3, 2, 0.2, 30)), WIDTH)
    assert (len(found.scores), found.boxes.shape, found.points.shape) == (0, (0, 4), (0, 5, 2))
