"""What is made of the speech of one video: words where they can be trusted, else times alone."""

from dataclasses import replace
from typing import TYPE_CHECKING

from stages.transcribe.cues import Cue
from stages.transcribe.listening.voice import cues_of_voice

if TYPE_CHECKING:
    from stages.transcribe.config import TranscribeConfig
    from stages.transcribe.listening.recognition import Recogniser
    from stages.transcribe.listening.voice import SpeechBlock

ENGLISH = "en"


class Ear:
    """Listens to one video, block by block.

    Attributes:
        language: ISO 639-1, where speech recognition was sure of it; None where it was told.
    """

    def __init__(
        self, recogniser: "Recogniser | None", config: "TranscribeConfig", language: str | None
    ) -> None:
        """
        Args:
            recogniser: None where none is configured.
            config: the section.
            language: of the video, where it is known.
        """
        self._config = config
        self._told = language
        self._unsure = self._heard = 0  # utterances with text
        self._notes: list[str] = []
        self.language: str | None = None
        self._recogniser = self._that_suits(recogniser)

    @property
    def recognises(self) -> bool:
        """Whether the cues have text."""
        return self._recogniser is not None

    def cues(self, block: "SpeechBlock") -> list[Cue]:
        """The speech of a block; without text where it is not recognised or not sure enough."""
        if self._recogniser is None:
            return cues_of_voice(block)
        recognised = self._recogniser.recognised(block, self._told or self.language)
        if not self._told:
            self.language = self.language or recognised.language
        return [self._trusted(cue) for cue in recognised.cues]

    @property
    def warnings(self) -> list[str]:
        """What a reader of the utterances should know."""
        if not self._unsure:
            return self._notes
        return [
            *self._notes,
            f"The text of {self._unsure} of {self._heard} recognised utterances was left out: the "
            "speech model was less sure of it than transcribe.min_confidence = "
            f"{self._config.min_confidence:g}. They keep their times and text_confidence.",
        ]

    def _that_suits(self, recogniser: "Recogniser | None") -> "Recogniser | None":
        """`recogniser`, if it can hear the language of the video; notes what it cannot."""
        if recogniser is None:
            self._notes.append(
                "It has no transcript and no speech recognition was configured (transcribe.asr): "
                "its utterances have times but no text."
            )
        elif recogniser.knows_english_alone and self._told not in (None, ENGLISH):
            self._notes.append(
                f"The speech model knows English alone and the language is {self._told!r}: its "
                "utterances have times but no text. Set transcribe.asr to a multilingual model."
            )
            return None
        elif recogniser.knows_english_alone and self._told is None:
            self._notes.append(
                "The speech model knows English alone and cannot tell the language: if it is not "
                "English, the text is wrong. Give the language (transcribe.language, a column of "
                "the manifest), or set transcribe.asr to a multilingual model."
            )
        elif self._told and not recogniser.knows(self._told):
            self._notes.append(
                f"The speech model does not know the language {self._told!r}; it was found out "
                "from the sound."
            )
            self._told = None
        return recogniser

    def _trusted(self, cue: Cue) -> Cue:
        if not cue.text or cue.confidence is None:
            return cue
        self._heard += 1
        if cue.confidence >= self._config.min_confidence:
            return cue
        self._unsure += 1
        return replace(cue, text="")
