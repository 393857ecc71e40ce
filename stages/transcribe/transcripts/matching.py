"""Which transcript a video has: the one given with it, the manifest's, or the one beside it."""

from dataclasses import dataclass, field

from stages.faults import DataFault, ErrorKind
from stages.rows import Row
from stages.transcribe.config import TranscribeConfig
from stages.transcribe.cues import NotATranscript, Transcript
from stages.transcribe.transcripts.manifest import read_manifest
from stages.transcribe.transcripts.reading import read_transcript
from stages.transcribe.transcripts.sidecar import beside, given
from stages.transcribe.transcripts.table_ids import Bond


@dataclass
class Match:
    """The transcript of a video, as it was read."""

    transcript: Transcript | None = None  # None: there is none
    name: str = ""  # its path, or where else it came from
    source: str = "none"  # the `text_source` of its utterances
    warnings: list[str] = field(default_factory=list)


def match_transcript(row: Row, config: TranscribeConfig) -> Match:
    """The first of these that there is: `transcript_uri`, `utterances`, a transcript beside.

    The video itself is not opened.

    Raises:
        DataFault: BAD_TRANSCRIPT when a transcript was given and is none.
    """
    if row.get("transcript_uri"):
        return _given(row, config)
    if row.get("utterances"):
        name = f"{row['uri']}: its manifest"
        return Match(read_manifest(row["utterances"]), name, "manifest")
    return _beside(row, config)


def wanted_language(row: Row, config: TranscribeConfig) -> str | None:
    """The language of a video, ISO 639-1, by its row or else by the configuration."""
    return row.get("language") or config.language


def bad_transcript(message: str) -> DataFault:
    """The fault of a transcript of which nothing can be used."""
    return DataFault(
        ErrorKind.BAD_TRANSCRIPT, f"{message} Correct the transcript, or take it away."
    )


def _given(row: Row, config: TranscribeConfig) -> Match:
    uri = row["transcript_uri"]
    try:
        file = given(uri)
    except (ValueError, ImportError) as fault:  # no such storage, or its package is missing
        raise bad_transcript(f"{uri}: cannot be opened ({fault}).") from None
    try:
        transcript = read_transcript(
            file,
            row["uri"],
            wanted_language(row, config),
            config,
            Bond.SHARED if row.get("transcript_is_shared") else Bond.GIVEN,
        )
    except NotATranscript as fault:
        raise bad_transcript(f"{file.path}: {fault}") from None
    return Match(transcript, file.path, "sidecar")


def _beside(row: Row, config: TranscribeConfig) -> Match:
    match = Match()
    language = wanted_language(row, config)
    try:
        found = beside(row["uri"], language)
    except Exception as fault:  # every storage has exceptions of its own
        match.warnings.append(f"Its folder cannot be listed for a transcript beside it ({fault}).")
        return match
    left = found.passed_over
    for number, file in enumerate(found.files):
        try:
            match.transcript = read_transcript(file, row["uri"], language, config, Bond.NAMED)
        except NotATranscript as fault:  # a .json or .csv may be anything
            match.warnings.append(
                f"{file.name} beside it {str(fault).rstrip('.')}; it was passed over."
            )
            continue
        match.name, match.source = file.path, "sidecar"
        if language and file.language and file.language != language:
            match.warnings.append(f"No transcript beside it is named in {language!r}.")
        left = [*(other.name for other in found.files[number + 1 :]), *left]
        if left:
            match.warnings.append(
                f"{file.name} was taken as its transcript, not {', '.join(left)}."
            )
        return match
    if left:
        match.warnings.append(
            f"Beside it {', '.join(left)} was passed over: a transcript beside a video has the "
            "video's name and ends in .srt, .vtt, .ass, .ssa, .json or .csv."
        )
    return match
