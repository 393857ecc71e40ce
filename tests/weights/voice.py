"""Sentences spoken by espeak-ng at known times."""

import ctypes
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy.signal import resample_poly

from stages.listening.sound import RATE, Samples
from tests.weights.cache import VOICE, cached

_SYNCHRONOUS, _UTF8 = 2, 1  # AUDIO_OUTPUT_SYNCHRONOUS, espeakCHARS_UTF8
_WORDS_A_MINUTE, _PITCH = 1, 3  # espeakRATE, espeakPITCH
_SILENT = 0.01  # of full scale
_LEVEL, _ROOM = 0.1, 1e-4  # RMS of speech and of the room


class Sentence(NamedTuple):
    """What is said when, seconds."""

    start_s: float
    end_s: float
    text: str


def dialogue(
    sentences: Sequence[str], voices: Sequence[str], rng: np.random.Generator
) -> tuple[Samples, list[Sentence]]:
    """The sentences, one after the other, with pauses of 0.6 to 1.5 s between them."""
    at_s, parts, said = 0.5, [], []
    for number, text in enumerate(sentences):
        sound = spoken(text, voices[number % len(voices)], rng)
        parts.append((round(at_s * RATE), sound))
        said.append(Sentence(at_s, at_s + len(sound) / RATE, text))
        at_s += len(sound) / RATE + rng.uniform(0.6, 1.5)
    whole = rng.normal(0, _ROOM, round((at_s + 0.5) * RATE)).astype(np.float32)
    for start, sound in parts:
        whole[start : start + len(sound)] += sound
    return whole, said


def spoken(text: str, voice: str, rng: np.random.Generator) -> Samples:
    """One sentence at 16 kHz, from its first sound to its last, in a pace and pitch of its own."""
    library, pieces, rate = _library()
    pieces.clear()
    if library.espeak_SetVoiceByName(voice.encode()) != 0:
        raise ValueError(f"espeak-ng has no voice {voice}")
    library.espeak_SetParameter(_WORDS_A_MINUTE, int(rng.integers(130, 175)), 0)
    library.espeak_SetParameter(_PITCH, int(rng.integers(35, 65)), 0)
    content = text.encode()
    library.espeak_Synth(content, ctypes.c_size_t(len(content) + 1), 0, 1, 0, _UTF8, None, None)
    library.espeak_Synchronize()
    sound = np.concatenate(pieces).astype(np.float32) / 2**15
    sound = resample_poly(sound, RATE, rate)
    heard = np.flatnonzero(np.abs(sound) > _SILENT)
    sound = sound[heard[0] : heard[-1] + 1]
    level: Samples = (sound * _LEVEL / np.sqrt(np.mean(sound**2))).astype(np.float32)
    return level


@cache
def _library() -> tuple[Any, list[Any], int]:
    """espeak-ng, the samples it has spoken since they were cleared, and their rate."""
    folder = cached(VOICE)
    library: Any = ctypes.CDLL(str(next(filter(_is_code, folder.glob("*espeak-ng*")))))
    rate = library.espeak_Initialize(_SYNCHRONOUS, 0, str(folder / "espeak-ng-data").encode(), 0)
    pieces: list[Any] = []
    kind = ctypes.CFUNCTYPE(
        ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p
    )

    def take(samples: Any, count: int, _events: Any) -> int:
        if count > 0:
            pieces.append(np.ctypeslib.as_array(samples, (count,)).copy())
        return 0

    library.kept = kind(take)  # or it would be collected
    library.espeak_SetSynthCallback(library.kept)
    return library, pieces, rate


def _is_code(path: Path) -> bool:
    return path.suffix in (".so", ".dylib")
