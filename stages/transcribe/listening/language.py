"""Which language is spoken, from the same pass of the encoder that the words come from."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from faster_whisper import WhisperModel

    from stages.listening.sound import Samples

SURE_OF_LANGUAGE = 0.5
Features = np.ndarray[Any, np.dtype[np.float32]]


class Heard(NamedTuple):
    """The most probable language."""

    language: str  # ISO 639-1, as Whisper has it
    probability: float  # 0..1, the mean over what was listened to

    @property
    def is_sure(self) -> bool:
        """Whether it may be said of a row."""
        return self.probability >= SURE_OF_LANGUAGE


class OnceEncoded:
    """An encoder that remembers the last features and does not encode them a second time."""

    def __init__(self, encode: "Callable[[Features], Any]") -> None:
        self._encode = encode
        self._last: tuple[Features, Any] | None = None

    def __call__(self, features: Features) -> Any:
        """What the features are encoded to."""
        if self._last is None or not np.array_equal(self._last[0], features):
            self._last = features, self._encode(features)
        return self._last[1]


def heard_language(model: "WhisperModel", clips: "Sequence[Samples]") -> Heard:
    """The language of the clips together.

    Args:
        model: a multilingual one.
        clips: 16 kHz mono of up to 30 s each; those that are recognised at once next.
    """
    from faster_whisper.audio import pad_or_trim

    # As the batched pipeline of faster-whisper makes them, so that they are encoded once.
    features = np.stack([pad_or_trim(model.feature_extractor(clip)[..., :-1]) for clip in clips])
    chances: dict[str, float] = {}
    for told in model.model.detect_language(model.encode(features)):
        for token, chance in told:
            language = token.strip("<|>")
            chances[language] = chances.get(language, 0.0) + chance / len(clips)
    language = max(chances, key=lambda name: chances[name])
    return Heard(language, chances[language])
