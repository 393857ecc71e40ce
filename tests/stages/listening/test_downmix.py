from pathlib import Path

import av
import numpy as np
import pytest

from stages.listening.downmix import Downmix, QuarterTurn, Signals, channels_of

RATE = 16_000


def frame_of(samples: np.ndarray, form: str, layout: str) -> av.AudioFrame:
    """A frame in a packed format from [C, n]."""
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples.T).reshape(1, -1), form, layout)
    frame.sample_rate = RATE
    return frame


def mixed(channels: np.ndarray, layout: str) -> Signals:
    """One channel [n] from [C, n]."""
    downmix, turn = Downmix(len(channels), RATE), QuarterTurn()
    pairs = []
    for first in range(0, channels.shape[1], 500):
        part = channels[:, first : first + 500].astype(np.float32)
        pairs += downmix.take(frame_of(part, "flt", layout))
    pairs += downmix.rest()
    return np.concatenate([*(turn.join(*pair) for pair in pairs), turn.rest()])


def tone(seconds: float = 2.5, hertz: float = 440.0) -> np.ndarray:
    return 0.4 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE)


def loudness(samples: np.ndarray) -> float:
    return float(np.sqrt(np.mean(np.square(samples[RATE // 2 : -RATE // 2]))))


def test_channels_in_phase_are_their_mean() -> None:
    left, right = tone(hertz=300), tone(hertz=500)
    assert mixed(np.stack([left, right]), "stereo") == pytest.approx((left + right) / 2, abs=1e-6)


@pytest.mark.parametrize("hertz", [150, 440, 3000])
def test_channels_out_of_phase_are_as_loud_as_one_that_is_not(hertz: float) -> None:
    one = tone(hertz=hertz)
    both = mixed(np.stack([one, -one]), "stereo")
    assert len(both) == len(one)
    assert loudness(both) == pytest.approx(loudness(one) / np.sqrt(2), rel=0.05)


def test_silent_channels_make_the_others_no_fainter() -> None:
    channels = np.zeros((9, len(tone())))
    channels[4] = tone()
    assert mixed(channels, "9 channels") == pytest.approx(tone(), abs=1e-6)


def test_of_many_channels_one_alone_is_loud_enough() -> None:
    channels = 0.05 * np.random.default_rng(0).normal(size=(16, len(tone())))
    channels[7] += tone()
    share = mixed(channels, "16 channels") @ tone() / (tone() @ tone())
    assert share == pytest.approx(1 / np.sqrt(32), rel=0.2)


def test_a_click_stays_in_its_place() -> None:
    click = np.zeros(3 * RATE)
    click[20_000] = 0.8
    out = mixed(np.stack([click, -click]), "stereo")
    assert int(np.abs(out).argmax()) == 20_000


@pytest.mark.parametrize(
    ("form", "full"), [("u8", 128), ("s16", 2**15), ("s32", 2**31), ("dbl", 1)]
)
def test_any_sample_format(form: str, full: int) -> None:
    wanted = np.array([[0.5, -0.25, 0.0], [-1.0, 0.125, 0.75]])
    dtype = {"u8": np.uint8, "s16": np.int16, "s32": np.int32, "dbl": np.float64}[form]
    stored = (wanted * full + (128 if form == "u8" else 0)).astype(dtype)
    assert channels_of(frame_of(stored, form, "stereo")) == pytest.approx(wanted, abs=1e-6)


def test_sixteen_planes_are_read_as_they_are(tmp_path: Path) -> None:
    wanted = np.zeros((16, 960), np.float32)
    wanted[5] = 0.3
    packed = frame_of(wanted, "flt", "16 channels")
    [planar] = av.AudioResampler("fltp", "16 channels", RATE).resample(packed)
    assert channels_of(planar) == pytest.approx(wanted)
