"""The keep stage: what the model would see stands under names that are written, untouched."""

import numpy as np
import pytest

from stages.keep import KeepConfig, KeepStage
from stages.rows import KEPT, Row, from_table, to_table
from tests.rows import schema_of


def _window(crops: int) -> Row:
    pictures = np.random.default_rng(crops).integers(0, 256, (crops, 112, 112, 3), np.uint8)
    times_s = [0.04 * at for at in range(crops)]
    return {
        "window_id": "v#0",
        "frames": pictures[:2],
        "frame_times_s": times_s[:2],
        "crops": pictures,
        "crop_times_s": times_s,
        "crop_track_ids": [0] * crops,
        "face_patches": pictures[..., 0],
    }


@pytest.mark.parametrize("crops", [0, 3])
def test_what_is_kept_is_what_was_there_also_through_arrow(crops: int) -> None:
    given = _window(crops)
    (row,) = KeepStage(KeepConfig())([given])
    assert {*row} == {"window_id", "frame_times_s", "crop_times_s", "crop_track_ids", "timings"} | {
        *KEPT
    }
    (back,) = from_table(to_table([row], schema_of(KEPT)))
    for kept, name in KEPT.items():
        np.testing.assert_array_equal(row[kept], given[name])
        np.testing.assert_array_equal(back[kept], given[name])
    assert back["kept_crops"].dtype == np.uint8


def test_a_failed_row_passes_with_its_error() -> None:
    failed = {"video_id": "v", "error": {"stage": "decode", "kind": "no_frames", "message": "m"}}
    assert list(KeepStage(KeepConfig())([failed])) == [failed]


def test_a_window_without_crops_to_keep_is_a_failure_without_tensors() -> None:
    given = _window(1)
    del given["crops"]
    (row,) = KeepStage(KeepConfig())([given])
    assert row["error"]["stage"] == "keep"
    assert not {"frames", "face_patches", *KEPT} & {*row}
