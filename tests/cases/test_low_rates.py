"""Pictures that stay on display for seconds."""

from pathlib import Path

import pytest

from tests.cases.front import CASES, through
from tests.clips import write_clip
from tests.stages.decode.test_window import global_numbers, numbers, window_of


def test_a_face_is_followed_through_a_picture_every_two_seconds() -> None:
    (row,) = through(CASES / "low_rate" / "half_fps.mp4")
    (face,) = row["faces"]
    assert (face["start_s"], face["end_s"]) == pytest.approx((0.0, 6.0), abs=0.21)
    assert face["coverage"] == 1.0
    assert len(row["frames"]) == 3


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.ts"])
@pytest.mark.parametrize("fps", [0.5, 0.1])
def test_every_window_has_the_picture_on_display(tmp_path: Path, name: str, fps: float) -> None:
    apart_s = 1 / fps
    times_s = [index * apart_s for index in range(3)]
    clip = write_clip(tmp_path / name, fps=fps, times=times_s, b_frames=False)
    whole = window_of(clip, 0.0, 3 * apart_s)
    assert global_numbers(whole) == [0, 1, 2]
    assert sorted(set(numbers(whole))) == [0, 1, 2]
    assert whole.analysis_times_s[-1] == pytest.approx(3 * apart_s, abs=0.21)
    late = window_of(clip, 1.6 * apart_s, 1.8 * apart_s)
    assert set(numbers(late)) == {1}
    assert late.analysis_times_s[0] == pytest.approx(1.6 * apart_s, abs=0.2)
