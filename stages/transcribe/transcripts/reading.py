"""Reading a transcript, of whichever form it is."""

from functools import lru_cache
from typing import Any

from stages.encoding import decode
from stages.faults import DataFault, ErrorKind
from stages.transcribe.config import TranscribeConfig
from stages.transcribe.cues import NotATranscript, Transcript
from stages.transcribe.transcripts.dialogue_csv import Table, read_table
from stages.transcribe.transcripts.sidecar import TranscriptFile
from stages.transcribe.transcripts.subtitles import read_subtitles
from stages.transcribe.transcripts.table_cues import lines_of_video
from stages.transcribe.transcripts.table_ids import Bond
from stages.transcribe.transcripts.whisper_json import read_whisper_json

SUBTITLES = (".srt", ".vtt", ".ass", ".ssa")
TABLES = (".csv", ".tsv", ".txt")


def read_transcript(
    file: TranscriptFile,
    video_uri: str,
    language: str | None,
    config: TranscribeConfig,
    bond: Bond = Bond.GIVEN,
) -> Transcript:
    """What a transcript says of a video.

    Args:
        file: the transcript.
        video_uri: of the video; a table of a corpus is filtered by its name.
        language: of the video, ISO 639-1, if known: decides how bytes that are not Unicode are
            read, and which of several columns of text is taken.
        config: the limits.
        bond: how the file and the video came together.

    Raises:
        NotATranscript: the file is not what its ending says, or is not about this video.
        DataFault: BAD_TRANSCRIPT when it cannot be read at all or is too large.
    """
    if file.ending not in (*SUBTITLES, ".json", *TABLES):
        raise NotATranscript(
            "has an ending that is not known. Transcripts are .srt, .vtt, .ass, .ssa, .json "
            "(Whisper), .csv (MELD, CMU-MOSEI) or .txt (lines of video___segment___start___end___"
            "text)"
        )
    if file.ending in TABLES:
        table, warning = table_in(file, language, config)
        transcript = lines_of_video(table, video_uri, bond)
    else:
        text, warning = _text(file, language, config)
        transcript = read_whisper_json(text) if file.ending == ".json" else read_subtitles(text)
    if warning:
        transcript.notes.append(f"{file.name} {warning}.")
    transcript.language = transcript.language or file.language
    return transcript


def table_in(
    file: TranscriptFile, language: str | None, config: TranscribeConfig
) -> tuple[Table, str | None]:
    """The table in a file, and a warning on its encoding, if any.

    Raises:
        NotATranscript: it is no table of speech.
        DataFault: BAD_TRANSCRIPT when it cannot be read at all or is too large.
    """
    return _table(file, _version(file), language, config)


@lru_cache(maxsize=2)  # a corpus has one table for thousands of videos
def _table(
    file: TranscriptFile, _version: str, language: str | None, config: TranscribeConfig
) -> tuple[Table, str | None]:
    text, warning = _text(file, language, config)
    return read_table(text, file.ending, language), warning


def _version(file: TranscriptFile) -> str:
    try:
        return str(file.storage.ukey(file.path))
    except Exception as fault:
        raise _unreadable(file, fault) from None


def _text(
    file: TranscriptFile, language: str | None, config: TranscribeConfig
) -> tuple[str, str | None]:
    limit = int(config.max_transcript_mb * 1e6)
    try:
        with file.storage.open(file.path, "rb") as stream:
            data: bytes = stream.read(limit + 1)
    except Exception as fault:  # every storage has exceptions of its own
        raise _unreadable(file, fault) from None
    if len(data) > limit:
        raise DataFault(
            ErrorKind.BAD_TRANSCRIPT,
            f"{file.path}: the transcript is larger than transcribe.max_transcript_mb = "
            f"{config.max_transcript_mb:g} MB. Raise the limit if it is one.",
        )
    return decode(
        data,
        language or file.language,
        config.transcript_encoding,
        remedy="convert it to UTF-8 or set transcribe.transcript_encoding",
    )


def _unreadable(file: TranscriptFile, fault: Exception) -> DataFault:
    reason: Any = "there is no such file" if isinstance(fault, FileNotFoundError) else fault
    return DataFault(
        ErrorKind.BAD_TRANSCRIPT,
        f"{file.path}: the transcript cannot be opened ({reason}). Check its path.",
    )
