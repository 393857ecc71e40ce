"""The sound of a clip as a file of its own, as speech encoders take it."""

import io
import wave

import numpy as np

from pipeline.export.media.sound import SoundTrack
from pipeline.export.output import Output
from stages.media import open_media, video_stream
from stages.timeline import timeline_of

RATE = 16_000
"""Hz."""


def write_wave(output: Output, name: str, clip: str) -> bool:
    """Put the sound of a clip into an export: mono, 16 kHz, 16 bits.

    Args:
        output: takes the file.
        name: of the file, ending in `.wav`.
        clip: where the clip is.

    Returns:
        Whether it has sound; without, there is no file.

    Raises:
        stages.faults.SetupError: it cannot be written.
        stages.faults.DataFault: the clip cannot be read.
    """
    with open_media(clip) as container:
        if not container.streams.audio:
            return False
        timeline = timeline_of(container, video_stream(container))
        track = SoundTrack(container, timeline, RATE)
        if not track.can_be_read:
            return False
        content = io.BytesIO()
        with wave.open(content, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            for samples in track.samples(0.0, timeline.duration_s):
                file.writeframes((samples[0] * 32767).astype(np.int16).tobytes())
    output.write(name, content.getvalue())
    return True
