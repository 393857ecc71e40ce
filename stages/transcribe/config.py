"""The `transcribe` section of the configuration."""

import codecs
from typing import Annotated, Literal

from pydantic import Field, field_validator

from stages.section import PLACE_OR_PACE, Section


class TranscribeConfig(Section):
    """How speech is found and turned into utterances."""

    asr: Annotated[str | None, PLACE_OR_PACE] = Field(
        None,
        description="faster-whisper model for videos without a transcript: a CTranslate2 folder or "
        "a hub name such as large-v3; null: voice activity alone, utterances without text",
    )
    asr_device: Annotated[str, PLACE_OR_PACE] = Field(
        "cpu", pattern=r"^(cpu|cuda(:\d+)?)$", description="Where the speech model runs: cpu, cuda"
    )
    asr_compute_type: Literal["default", "int8", "int8_float16", "float16", "float32"] = Field(
        "default", description="Number type of the speech model; default: as it was converted"
    )
    asr_batch_size: Annotated[int, PLACE_OR_PACE] = Field(
        8, ge=1, le=128, description="Stretches of up to 30 s that are recognised at once"
    )
    asr_beam_size: int = Field(5, ge=1, le=20, description="Beams of the speech model's search")
    min_confidence: float = Field(
        0.3,
        ge=0,
        le=1,
        description="Recognised text that is less sure is left out; the utterance keeps its times",
    )
    vad_threshold: float = Field(
        0.5, gt=0, lt=1, description="Probability from which on a moment counts as speech"
    )
    min_speech_s: float = Field(
        0.2, ge=0, description="Shorter bursts of speech are passed over, seconds"
    )
    min_pause_s: float = Field(
        0.4, gt=0, le=5, description="A pause at least this long ends an utterance, seconds"
    )
    speech_margin_s: float = Field(
        0.1, ge=0, le=2, description="Kept before and after speech found by voice activity, seconds"
    )
    max_utterance_s: float = Field(
        15.0, ge=1, le=30, description="Longer speech without a pause is split, seconds"
    )
    voice: bool = Field(
        True,
        description="Whether the voice of each utterance is measured: pitch, loudness, pace",
    )
    language: str | None = Field(
        None,
        pattern="^[a-z]{2,3}$",
        description="Language of videos whose row names none, ISO 639-1: chooses among transcripts "
        "and streams, and is given to speech recognition; null: found out",
    )
    max_duration_s: float = Field(
        86_400.0, gt=0, description="Longer videos are refused as too large, seconds"
    )
    max_transcript_mb: float = Field(
        64.0, gt=0, le=1024, description="Larger transcripts are refused, megabytes"
    )
    transcript_encoding: str | None = Field(
        None,
        description="Encoding of transcripts that are not Unicode, such as gb18030; null: by the "
        "language of the video, with a warning",
    )

    @field_validator("transcript_encoding")
    @classmethod
    def _is_known(cls, name: str | None) -> str | None:
        if name is not None:
            try:
                codecs.lookup(name)
            except LookupError:
                raise ValueError(
                    f"transcribe.transcript_encoding: there is no encoding {name!r}; take one that "
                    "Python knows, such as gb18030, cp1252 or shift_jis"
                ) from None
        return name
