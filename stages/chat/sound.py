"""The sound of a window as a WAV file."""

import io
import wave
from typing import Any

import numpy as np

from stages.listening.sound import RATE, Sound, jumps
from stages.media import open_media
from stages.rows import Row

__all__ = ["RATE", "sound_of", "wav_of"]

Samples = np.ndarray[Any, np.dtype[np.float32]]
_FULL_SCALE = 32767


def sound_of(row: Row) -> bytes | None:
    """What is heard in the window, 16 kHz, mono, 16 bits; None where there is no sound.

    Raises:
        DataFault: the file cannot be opened any more.
    """
    media = row.get("media") or {}
    if not media.get("has_audio"):
        return None
    first, stop = (round(row[name] * RATE) for name in ("start_s", "end_s"))
    begins_s = 0.0 if jumps(row.get("warnings") or ()) else row["start_s"]
    parts: list[Samples] = []
    at = round(begins_s * RATE)
    with open_media(row["uri"]) as container:
        for piece in Sound(container, media.get("duration_s") or 0.0).pieces(begins_s):
            parts.append(piece[max(first - at, 0) : max(stop - at, 0)])
            at += len(piece)
            if at >= stop:
                break
    samples = np.concatenate([np.empty(0, np.float32), *parts])
    return wav_of(samples) if len(samples) else None


def wav_of(samples: Samples) -> bytes:
    """A WAV file of `samples` in -1..1, 16 kHz, mono."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes((np.clip(samples, -1, 1) * _FULL_SCALE).astype("<i2").tobytes())
    return file.getvalue()
