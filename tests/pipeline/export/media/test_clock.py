"""Times in descriptions, on the clock of the clip."""

from typing import Any

import pytest

from pipeline.export.media.clock import on_clip_clock
from pipeline.export.unit import Answer, Clip, ExportedVideo, Unit

TOLD = "At 1.0 s a door slams. At 4.5 s her brows rise."


def _moved(clip: Clip, window_start_s: float = 10.0, **row: Any) -> Unit:
    row = {"start_s": 13.0, "end_s": 16.0, "description": TOLD, **row}
    window = {"start_s": window_start_s}
    unit = Unit(row, window, Answer(TOLD, ()), None, clip, "a_u1")
    video = ExportedVideo("a", "a", "/a.mp4", {"duration_s": 20.0}, [window], [unit])
    (moved,) = on_clip_clock(video).units
    assert moved.machine.description == moved.description
    return moved


def test_in_a_cut_they_count_from_its_first_frame_and_nothing_is_told_that_it_lacks() -> None:
    cut = Clip("media/a_u1.mp4", begins_s=13.0, is_whole=False)
    assert _moved(cut).description == "At 1.5 s her brows rise."


def test_in_the_source_they_count_from_its_start() -> None:
    told = "At 11.0 s a door slams. At 14.5 s her brows rise."
    assert _moved(Clip("/a.mp4")).description == told


@pytest.mark.parametrize("clip", [Clip("/a.mp4"), Clip("b.mp4", is_whole=False)])
def test_a_window_from_the_start_of_the_video_stays_as_it_is(clip: Clip) -> None:
    assert _moved(clip, window_start_s=0.0, end_s=8.0).description == TOLD
