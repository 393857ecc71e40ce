"""One table of transcripts for a whole corpus, handed to the videos that it has lines for."""

from collections.abc import Sequence
from pathlib import Path

from pipeline.config import Config
from stages.faults import SetupError
from stages.media import is_uri
from stages.rows import Row
from stages.transcribe import Coverage, TranscribeConfig, hold_against

_SHOWN = 5


def with_table(rows: Sequence[Row], table: str, config: Config) -> tuple[list[Row], list[str]]:
    """The source rows, those that the table has lines for with the table as their transcript.

    A video for which a manifest gives a transcript or utterances keeps these. One without a line
    gets a warning, and its transcript is looked for elsewhere.

    Args:
        rows: of all videos of the run.
        table: local path or URI.
        config: how transcripts are read.

    Returns:
        The rows in their order, and sentences on what fits and what is left on either side.

    Raises:
        SetupError: the table cannot be read, or has no line for any of the videos.
    """
    uri = table if is_uri(table) else str(Path(table).expanduser().absolute())
    own = [row for row in rows if row["transcript_uri"] or row["utterances"]]
    open_rows = [row for row in rows if not (row["transcript_uri"] or row["utterances"])]
    try:
        coverage = hold_against(uri, open_rows, config.section(TranscribeConfig))
    except (ValueError, ImportError) as fault:  # no such storage, or its package is missing
        raise SetupError(f"--transcripts {table}: cannot be opened: {fault}") from None
    if open_rows and len(coverage.unmatched) == len(open_rows):
        first, why = next(iter(coverage.unmatched.items()))
        raise SetupError(
            f"--transcripts {table}: has no line for any of {len(open_rows)} videos. The first, "
            f"{first}: it {why}"
        )
    given = [_with(row, uri, coverage) for row in rows]
    return given, list(_told(uri, coverage, len(open_rows), len(own)))


def _with(row: Row, uri: str, coverage: Coverage) -> Row:
    if row["transcript_uri"] or row["utterances"]:
        return row
    why = coverage.unmatched.get(row["video_id"])
    if why is None:
        return {**row, "transcript_uri": uri, "transcript_is_shared": True}
    name = uri.rpartition("/")[2]
    return {**row, "warnings": [*(row["warnings"] or []), f"{name}, given by --transcripts, {why}"]}


def _told(uri: str, coverage: Coverage, videos: int, own: int) -> Sequence[str]:
    unmatched, unused = list(coverage.unmatched), coverage.unused
    said = [f"{uri}: has lines for {videos - len(unmatched)} of {videos} videos"]
    if own:
        said.append(f"{uri}: {own} more videos have a transcript by their manifest and keep it")
    if unmatched:
        said.append(f"{uri}: no line for {len(unmatched)} videos: {_shown(unmatched)}")
    if unused:
        said.append(
            f"{uri}: {len(unused)} of its {coverage.lines} lines are of no video here: "
            f"{_shown(unused)}"
        )
    return said


def _shown(names: Sequence[str]) -> str:
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
