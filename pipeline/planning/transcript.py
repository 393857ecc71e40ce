"""Which transcript a run would give a video, found without opening the video."""

from dataclasses import dataclass

from stages.faults import DataFault
from stages.rows import Row
from stages.transcribe import TranscribeConfig, match_transcript


@dataclass(frozen=True)
class FoundTranscript:
    """The transcript of a video.

    Attributes:
        name: its path or where else it is; None where there is none.
        lines: how many it has.
        fault: why nothing in it can be read; None where it can be.
        warnings: what a run would say of the choice.
    """

    name: str | None = None
    lines: int = 0
    fault: str | None = None
    warnings: tuple[str, ...] = ()


def transcript_of(row: Row, config: TranscribeConfig) -> FoundTranscript:
    """The transcript of the source row of a video."""
    try:
        match = match_transcript(row, config)
    except DataFault as fault:
        return FoundTranscript(fault=fault.message)
    warnings = (*(row.get("warnings") or []), *match.warnings)
    if match.transcript is None:
        return FoundTranscript(warnings=warnings)
    return FoundTranscript(match.name, len(match.transcript.cues), warnings=warnings)
