"""Tables of dialogue: one table for one video, or one for a corpus.

MELD: Utterance, Speaker, Dialogue_ID, Utterance_ID, Season, Episode, StartTime, EndTime; its clips
are named dia{D}_utt{U}.mp4 and its times count from the start of the episode. The two-speaker
tables number dialogues anew and name clips by Old_Dialogue_ID and Old_Utterance_ID.
EmoryNLP: as MELD, with Scene_ID; clips are named sea{S}_ep{E}_sc{C}_utt{U}.mp4.
CMU-MOSEI: video_id, clip_id or segment, start, end, text, speaker; or raw lines
`video_id___segment___start___end___text`. Clips are <video_id>/<clip_id>.mp4.
Others have one column that names the clip: `name`, `wav_file`, `file_name`.
"""

import ast
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from stages.delimited import Delimited, Fault, Record
from stages.transcribe.cues import Flaw, NotATranscript, plain_text
from stages.transcribe.transcripts.columns import Header, header_of, is_known
from stages.transcribe.transcripts.speakers import Openings

MAX_BROKEN_RECORDS = 100
_BROKEN_QUOTE = "an unclosed or misplaced quote"
_REST_NOT_READ = "so many broken lines before it that the rest was not read"
_RAW = Header((), ("video", "clip", "start", "end", "text"))


@dataclass(frozen=True, eq=False)
class Line:
    """One utterance of the table; what the table does not say is "".

    Attributes:
        place: such as "line 12".
        cells: by what the column holds; of several columns that hold the same the first.
        names: all cells of columns that name a file.
        unknown: the cells of columns that are not known, by their names.
    """

    place: str
    cells: Mapping[str, str]
    names: tuple[str, ...] = ()
    unknown: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "").strip()


@dataclass(eq=False)
class Table:
    """The lines of a table, by the video they belong to where the table says so."""

    columns: frozenset[str]
    lines: list[Line] = field(default_factory=list)
    flaws: list[Flaw] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    language: str | None = None  # ISO 639-1, where the name of the column of text says it
    decimal_comma: bool = False  # see `stages.clock.seconds`
    _by_numbers: dict[tuple[str, ...], dict[tuple[int | None, ...], list[Line]]] = field(
        default_factory=dict, init=False
    )

    @property
    def has_times(self) -> bool:
        """Whether there are columns for the start and the end of a line."""
        return "start" in self.columns and bool({"end", "duration"} & self.columns)

    def numbered(self, **wanted: int) -> list[Line]:
        """The lines whose cells in the named columns are these numbers."""
        columns = tuple(sorted(wanted))
        if columns not in self._by_numbers:
            found = defaultdict(list)
            for line in self.lines:
                found[tuple(number(line[column]) for column in columns)].append(line)
            self._by_numbers[columns] = found
        return self._by_numbers[columns].get(tuple(wanted[column] for column in columns), [])

    def said_in(self, line: Line) -> tuple[str | None, str]:
        """Who speaks in a line, and what; a text beside a column of speakers names none."""
        if "speaker" in self.columns:
            return _speaker(line["speaker"]), plain_text(line["text"])
        return self._openings.parted(line["text"])

    @cached_property
    def _openings(self) -> Openings:
        return Openings.of(line["text"] for line in self.lines)


def read_table(text: str, ending: str = ".csv", language: str | None = None) -> Table:
    """All lines of a dialogue table.

    Args:
        text: the file, line ends as `\\n`.
        ending: of the file's name, small letters.
        language: which of several columns of text is taken, ISO 639-1.

    Raises:
        NotATranscript: it is no table, or has no column of text.
    """
    lines = text.split("\n")
    first = next((line for line in lines if line.strip()), "")
    if first.count("___") >= 4:
        return _raw(lines)
    rows = Delimited(text, is_known, ending)
    header = header_of(rows.columns, language)
    if "text" in header.meanings:
        return _read(rows, header)
    if rows.fault:
        raise NotATranscript(f"is not a table ({rows.fault.message})")
    raise NotATranscript(
        'has no column "text" or "Utterance" (MELD and CMU-MOSEI name them so); its first line '
        f"reads {first[:80]!r}"
    )


def number(cell: str) -> int | None:
    """The whole number that a cell holds; None if it holds anything else."""
    text = cell.strip()
    whole, _, rest = text.partition(".")
    if rest.strip("0"):  # an id that went through a table of floats ends in .0
        return None
    return int(whole) if whole.isdecimal() and len(whole) < 19 else None


def _speaker(cell: str) -> str | None:
    """`Ann, Bob` of `['Ann', 'Bob']`, as tables write what was a list; else what stands there."""
    text = plain_text(cell)
    if text.startswith("[") and text.endswith("]"):
        try:
            names = ast.literal_eval(text)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            return text
        if isinstance(names, list):
            return ", ".join(map(str, names)) or None
    return text or None


def _read(rows: Delimited, header: Header) -> Table:
    table = Table(
        frozenset(name for name in header.meanings if name),
        notes=list(header.notes),
        language=header.language,
        decimal_comma=rows.decimal_comma,
    )
    if rows.fault:
        table.flaws.append(Flaw(_BROKEN_QUOTE, f"line {rows.fault.line}"))
    broken = 0
    for row in rows:
        place = f"line {row.line}"
        if isinstance(row, Record) and len(row.cells) == len(header.meanings):
            table.lines.append(_line(place, row.cells, header))
        elif isinstance(row, Fault) and row.is_quote:
            table.flaws.append(Flaw(_BROKEN_QUOTE, place))
            broken += 1
            if broken == MAX_BROKEN_RECORDS:
                table.flaws.append(Flaw(_REST_NOT_READ, f"line {row.line + 1}"))
                break
        else:
            table.flaws.append(Flaw("more or fewer cells than the header", place))
    return table


def _line(place: str, row: Sequence[str], header: Header) -> Line:
    cells: dict[str, str] = {}
    for meaning, cell in zip(header.meanings, row, strict=True):
        if meaning:
            cells.setdefault(meaning, cell)
    named = [cell for meaning, cell in zip(header.meanings, row, strict=True) if meaning == "name"]
    unknown = {
        written: cell
        for written, meaning, cell in zip(header.written, header.meanings, row, strict=True)
        if not meaning
    }
    return Line(place, cells, tuple(named), unknown)


def _raw(lines: list[str]) -> Table:
    table = Table(frozenset(_RAW.meanings))
    for at, line in enumerate(lines, start=1):
        if line.strip():
            cells = line.split("___", 4)
            place = f"line {at}"
            if len(cells) == 5:
                table.lines.append(Line(place, dict(zip(_RAW.meanings, cells, strict=True))))
            else:
                table.flaws.append(Flaw("fewer than five parts between ___", place))
    return table
