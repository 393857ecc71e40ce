"""Finds who says what when: transcripts, else speech recognition, else voice activity."""

from stages.transcribe.config import TranscribeConfig
from stages.transcribe.stage import TranscribeStage

__all__ = ["TranscribeConfig", "TranscribeStage"]
