import numpy as np
import pytest

from stages.faces.i420 import check, luma, picture, planes, size


def test_planes_are_views_of_the_right_shape_also_where_chroma_rows_are_odd(to_i420):
    rgb = np.zeros((22, 14, 3), np.uint8)
    rgb[..., 0] = 255
    frame = to_i420(rgb)
    y, u, v = planes(frame)
    assert (y.shape, u.shape, v.shape) == ((22, 14), (11, 7), (11, 7))
    assert all(np.shares_memory(plane, frame) for plane in (y, u, v, luma(frame)))
    assert size(frame) == (14, 22)
    assert (u.max(), v.min()) == (90, 240)  # red in BT.601 at limited range


def test_colours_come_back_as_ffmpeg_took_them(portrait, portrait_frame):
    back = np.asarray(picture(portrait_frame, size(portrait_frame))).astype(int)
    assert np.abs(back - portrait).mean() < 3


@pytest.mark.parametrize(
    ("shape", "dtype"),
    [((2, 4, 4), np.uint8), ((2, 6, 3), np.uint8), ((6, 4), np.uint8), ((2, 6, 4), np.float32)],
)
def test_what_is_no_stack_of_frames_is_refused(shape, dtype):
    with pytest.raises(ValueError, match="analysis_frames"):
        check(np.zeros(shape, dtype))
