"""Sound of any number of channels, of any phase and layout."""

from functools import cache
from pathlib import Path

import av
import numpy as np
import pytest

from stages.listening.sound import Sound
from tests.cases.front import CASES, spoken, through

ANTIPHASE = CASES / "antiphase" / "antiphase.mp4"
RATE = 24_000
SAID = [(1.0, 2.4), (3.5, 4.9)]


@cache
def speech() -> np.ndarray:
    """Six seconds with speech where the cases have it: the left channel of one of them."""
    with av.open(str(ANTIPHASE)) as container:
        frames = [frame.to_ndarray() for frame in container.decode(audio=0)]
    return np.concatenate(frames, axis=1)[0, : 6 * RATE]


def said_at(*times: tuple[float, float]) -> object:
    """Voice activity keeps a margin, so allow for it."""
    return [pytest.approx(time, abs=0.25) for time in times]


def write_channels(
    path: Path, channels: np.ndarray, layout: str, codec: str, **options: str
) -> Path:
    """A file whose sound is `channels` [C, n], float, at 24 kHz."""
    with av.open(str(path), "w") as out:
        stream = out.add_stream(codec, rate=RATE, layout=layout, options=options)
        for first in range(0, channels.shape[1], 960):
            part = channels[:, first : first + 960].T.astype(np.float32).reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(part, "flt", layout)
            frame.sample_rate, frame.pts = RATE, first
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


def heard(path: Path) -> list[tuple[float, float]]:
    """Where speech is heard in a file of sound alone."""
    from stages.transcribe.config import TranscribeConfig
    from stages.transcribe.listening.voice import VoiceActivity, cues_of_voice

    with av.open(str(path)) as container:
        sound = Sound(container, 6.0)
        blocks = VoiceActivity(TranscribeConfig()).blocks(sound.pieces())
        cues = [cue for block in blocks for cue in cues_of_voice(block)]
    assert sound.was_heard
    assert sound.warnings == []
    return [(cue.start_s, cue.end_s) for cue in cues]


def test_channels_out_of_phase_do_not_cancel() -> None:
    rows = through(ANTIPHASE, "segment")
    assert spoken(rows) == said_at(*SAID)


def test_channels_without_a_layout_are_heard() -> None:
    rows = through(CASES / "channels_unknown" / "nine_channels.mkv", "segment")
    assert spoken(rows) == said_at(SAID[0])
    assert not any("decoded" in text or "broken" in text for text in rows[0]["warnings"])


@pytest.mark.parametrize(
    ("layout", "codec", "options"),
    [
        ("5.1", "flac", {}),
        ("16 channels", "pcm_s16le", {}),
        pytest.param("16 channels", "libopus", {"mapping_family": "255"}, marks=pytest.mark.slow),
        ("ambisonic 3", "pcm_f32le", {}),
    ],
)
@pytest.mark.parametrize("where", ["one", "opposed"])
def test_speech_in_any_channels_is_found(
    tmp_path: Path, layout: str, codec: str, options: dict[str, str], where: str
) -> None:
    channels = np.zeros((av.AudioLayout(layout).nb_channels, 6 * RATE), np.float32)
    channels[3] = speech()
    if where == "opposed":
        channels[4] = -channels[3]
    path = write_channels(tmp_path / "a.mka", channels, layout, codec, **options)
    assert heard(path) == said_at(*SAID)


def test_speech_out_of_phase_is_found_in_noise_that_is_in_phase(tmp_path: Path) -> None:
    said = speech()
    noise = 0.01 * np.random.default_rng(0).normal(size=len(said)).astype(np.float32)
    path = write_channels(
        tmp_path / "a.mka", np.stack([noise + said, noise - said]), "stereo", "pcm_s16le"
    )
    assert heard(path) == said_at(*SAID)
