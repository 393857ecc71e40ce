"""Finds who says what when: transcripts, else speech recognition, else voice activity."""

from stages.transcribe.config import TranscribeConfig
from stages.transcribe.stage import TranscribeStage
from stages.transcribe.transcripts.coverage import Coverage, hold_against
from stages.transcribe.transcripts.matching import Match, match_transcript

__all__ = [
    "Coverage",
    "Match",
    "TranscribeConfig",
    "TranscribeStage",
    "hold_against",
    "match_transcript",
]
