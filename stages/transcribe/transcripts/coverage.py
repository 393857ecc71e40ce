"""How a table for a whole corpus and the videos of a run fit together."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from stages.faults import DataFault, SetupError
from stages.rows import Row
from stages.transcribe.config import TranscribeConfig
from stages.transcribe.cues import NotATranscript
from stages.transcribe.transcripts.dialogue_csv import Line
from stages.transcribe.transcripts.reading import TABLES, table_in
from stages.transcribe.transcripts.sidecar import given
from stages.transcribe.transcripts.table_ids import Bond, lines_about


@dataclass
class Coverage:
    """What a table says of the videos of a run.

    Attributes:
        unmatched: the `video_id` of each video without a line, and why.
        lines: how many the table has.
        unused: what the table calls the lines that are of no video here, with their places.
    """

    lines: int
    unmatched: dict[str, str] = field(default_factory=dict)
    unused: list[str] = field(default_factory=list)


def hold_against(table_uri: str, rows: Sequence[Row], config: TranscribeConfig) -> Coverage:
    """Find the lines of each video in a table.

    Args:
        table_uri: the table, named by a local path or a URI.
        rows: of the videos, with `video_id` and `uri`.
        config: how the table is read.

    Raises:
        SetupError: it cannot be read as a table of speech.
    """
    file = given(table_uri)
    if file.ending not in TABLES:
        raise SetupError(
            f"{table_uri}: is no table for several videos: its name ends in none of "
            f"{', '.join(TABLES)}"
        )
    try:
        table, _ = table_in(file, config.language, config)
    except NotATranscript as fault:
        raise SetupError(f"{table_uri}: {fault}") from None
    except DataFault as fault:
        raise SetupError(fault.message) from None
    coverage = Coverage(len(table.lines))
    used: set[Line] = set()
    for row in rows:
        try:
            used.update(lines_about(table, row["uri"], Bond.SHARED).lines)
        except NotATranscript as fault:
            coverage.unmatched[row["video_id"]] = str(fault)
    coverage.unused = [_called(line) for line in table.lines if line not in used]
    return coverage


def _called(line: Line) -> str:
    """`clip_7 (line 12)`."""
    names = [*line.names, line["video"], line["clip"], line["dialogue"], line["utterance"]]
    return f"{' '.join(dict.fromkeys(filter(None, names)))} ({line.place})".strip()
