"""Files whose clock does not begin at 0: their presentation does."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from stages.listening.sound import Sound
from stages.media import media_facts, open_media
from tests.cases.front import CASES, pictures_in, spoken, through
from tests.clips import write_clip
from tests.stages.decode.test_window import numbers, window_of
from tests.stages.listening.test_sound import onsets

VP8 = {"codec": "libvpx", "audio_codec": "libopus"}
OFFSET = {
    "a.mp4": {"offset_s": 1234.5},
    "fragmented.mp4": {
        "offset_s": 1234.5,
        "container_options": {"movflags": "frag_keyframe+empty_moov"},
    },
    "a.mov": {"offset_s": 1234.5},
    "a.mkv": {"offset_s": 1234.5},
    "live.webm": {"offset_s": 1234.5, "container_options": {"live": "1"}, **VP8},
    "a.webm": {"offset_s": 1234.5, **VP8},
    "a.flv": {"offset_s": 1234.5},
    "live.flv": {"offset_s": 1234.5, "container_options": {"flvflags": "no_duration_filesize"}},
    "a.ts": {"offset_s": 1234.5},
    "a.mpg": {"offset_s": 1234.0, "codec": "mpeg2video", "audio_codec": "mp2"},
    "a.nut": {"offset_s": 1234.5},
    "a.asf": {"offset_s": 1234.5},
}

USUAL = ("a.mp4", "a.mkv", "live.flv", "a.ts")


def beep(times: np.ndarray) -> np.ndarray:
    return 0.5 * ((times >= 1) & (times < 1.1)) * np.sin(2 * np.pi * 1000 * times)


def test_a_piece_of_a_live_stream() -> None:
    (row,) = through(CASES / "clock_offset" / "live.flv", "decode")
    assert row["media"]["duration_s"] == pytest.approx(6.0, abs=0.3)
    assert (row["start_s"], row["end_s"]) == pytest.approx((0, 6.0), abs=0.3)
    assert spoken([row]) == [pytest.approx(time, abs=0.25) for time in [(1.0, 2.4), (3.5, 4.9)]]
    assert pictures_in([row]) == 60


@pytest.mark.parametrize(
    "name",
    [name if name in USUAL else pytest.param(name, marks=pytest.mark.slow) for name in OFFSET],
)
def test_pictures_and_sound_begin_at_zero(tmp_path: Path, name: str) -> None:
    clip = write_clip(tmp_path / name, seconds=2, keyframe_every=20, audio=beep, **OFFSET[name])
    with open_media(str(clip)) as container:
        facts = media_facts(container)
        pieces = list(Sound(container, facts.duration_s).pieces())
    assert facts.duration_s == pytest.approx(2.0, abs=0.3)
    [heard_s] = onsets(np.concatenate(pieces))
    windows = [window_of(clip, *ends) for ends in pairwise((0.0, 1.3, 1.9, facts.duration_s))]
    shown = [number for window in windows for number in numbers(window)]
    times_s = [time_s for window in windows for time_s in window.analysis_times_s]
    assert shown == list(range(50))
    assert times_s[0] == pytest.approx(0.0, abs=0.25)  # where sound is coded ahead of the picture
    assert times_s[25] == pytest.approx(heard_s, abs=0.05)
    assert [text for window in windows for text in window.warnings] == []
