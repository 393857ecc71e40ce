"""Whether the speech model is there, and which one it is."""

from stages.check import Check, fail, ok
from stages.faults import SetupError
from stages.identity import Identity, revision_of
from stages.transcribe.config import TranscribeConfig
from stages.transcribe.listening.recognition import model_folder

SPEECH_GB = {
    "tiny": 0.08,
    "base": 0.15,
    "small": 0.5,
    "medium": 1.5,
    "large-v1": 3.1,
    "large-v2": 3.1,
    "large-v3": 3.1,
    "large-v3-turbo": 1.6,
}
"""Size of the usual faster-whisper models; MIT License."""

_READ = ("*.bin", "*.json", "*.txt")  # the weights, the sizes and the vocabulary


def check_speech(config: TranscribeConfig) -> Check:
    """Whether the speech model is there, if one is configured."""
    asr = config.asr
    if asr is None:
        return ok("speech model", "none configured: transcripts beside the videos, voice activity")
    try:
        return ok("speech model", str(model_folder(asr)))
    except SetupError as fault:
        if asr not in SPEECH_GB:
            return fail("speech model", str(fault), "A model such as large-v3 is 3.1 GB.")
        size = f"{asr} is a download of {SPEECH_GB[asr]} GB under the MIT License."
        return fail("speech model", str(fault), size)


def speech_identity(config: TranscribeConfig) -> Identity:
    """The speech model under "speech"; nothing where none is configured.

    Raises:
        SetupError: it is not there.
    """
    if config.asr is None:
        return {}
    folder = model_folder(config.asr)
    files = [file for pattern in _READ for file in folder.glob(pattern)]
    name = folder.resolve().name if folder.name == config.asr.rpartition("/")[2] else config.asr
    return {"speech": {"name": name, "revision": revision_of(files, folder)}}
