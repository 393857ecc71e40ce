"""The sound of a window is that of its span, and of no other."""

import base64
import io
import wave
from pathlib import Path

import av
import numpy as np
import pytest

from stages.chat.sound import sound_of, wav_of
from stages.listening.sound import Sound
from tests.chat_server import chat_server
from tests.clips import write_clip
from tests.stages.chat.windows import annotated, stage_for, window
from tests.stages.transcribe.making import write_sound


@pytest.fixture
def clip(tmp_path: Path) -> str:
    """Three seconds: silence, a tone from 1 to 2 s, silence."""
    file = tmp_path / "clip.mp4"

    def sound(times: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> object:
        return np.where((times >= 1) & (times < 2), 0.5 * np.sin(2 * np.pi * 440 * times), 0.0)

    write_clip(file, seconds=3, fps=5, audio=sound)
    return str(file)


def _samples(wav: bytes) -> "np.ndarray[tuple[int], np.dtype[np.int16]]":
    with wave.open(io.BytesIO(wav)) as file:
        assert (file.getframerate(), file.getnchannels()) == (16_000, 1)
        return np.frombuffer(file.readframes(file.getnframes()), np.int16)


def _span(clip: str, start_s: float, end_s: float) -> dict[str, object]:
    media = {"has_audio": True, "duration_s": 3.0}
    return {"uri": clip, "start_s": start_s, "end_s": end_s, "media": media}


def test_it_begins_and_ends_with_the_window(clip: str) -> None:
    wav = sound_of(_span(clip, 0.5, 1.5))
    assert wav is not None
    samples = np.abs(_samples(wav).astype(int))
    assert len(samples) == 16_000
    assert samples[:7_000].max() < 500
    assert samples[9_000:].max() > 10_000


def test_where_there_is_no_sound_none_is_sent() -> None:
    assert sound_of({"uri": "none.mp4", "media": {"has_audio": False}}) is None


def test_it_is_sent_where_it_is_asked_for(clip: str) -> None:
    row = window(1) | {"uri": clip, "media": {"has_audio": True, "duration_s": 3.0}}
    with chat_server() as server:
        annotated(stage_for(server, sound="always"), row)
        content = server.asked[0]["messages"][1]["content"]
    [sound] = [part["input_audio"] for part in content if part["type"] == "input_audio"]
    assert sound["format"] == "wav"
    assert len(_samples(base64.b64decode(sound["data"]))) == 3 * 16_000


def test_where_the_clock_jumps_sound_is_counted_from_the_first(tmp_path: Path) -> None:
    noise = 0.3 * np.random.default_rng(1).uniform(-1, 1, 12 * 44_100).astype(np.float32)
    path = write_sound(tmp_path / "a.mkv", noise, rate=44_100, codec="libmp3lame")
    with av.open(str(path)) as container:
        whole = np.concatenate(list(Sound(container, 12.0).pieces()))
    row = {**_span(str(path), 8.3, 9.3), "media": {"has_audio": True, "duration_s": 12.0}}
    told = "The clock of its sound jumps 1 times; the sound was joined there."
    sought, counted = sound_of(row), sound_of({**row, "warnings": [told]})
    expected = wav_of(whole[round(8.3 * 16_000) : round(9.3 * 16_000)])
    assert counted == expected
    assert sought != expected  # what is read from the middle differs by a fraction of a sample
