"""Tables of dialogue: MELD's and CMU-MOSEI's columns, one table for one video or for a corpus.

MELD: Utterance, Speaker, Dialogue_ID, Utterance_ID, Season, Episode, StartTime, EndTime; its clips
are named dia{D}_utt{U}.mp4 and its times count from the start of the episode.
CMU-MOSEI: video_id, clip_id or segment, start, end, text, speaker; or raw lines
`video_id___segment___start___end___text`. Clips are <video_id>/<clip_id>.mp4.
"""

import re
from dataclasses import dataclass, field, replace

from stages.clock import seconds
from stages.delimited import Delimited, Fault, Record, plain_name
from stages.transcribe.cues import Cue, Flaw, NotATranscript, Transcript, speaker_and_text

MAX_BROKEN_RECORDS = 100
_BROKEN_QUOTE = "an unclosed or misplaced quote"
_REST_NOT_READ = "so many broken lines before it that the rest was not read"

_COLUMNS = {  # what a column holds, and the plain names it goes by
    "text": ("text", "utterance", "transcript", "sentence", "transcription"),
    "speaker": ("speaker", "speakerid", "speakername"),
    "start": ("start", "starttime", "starts", "begin", "onset"),
    "end": ("end", "endtime", "ends", "offset"),
    "video": ("videoid", "video", "filename", "file"),
    "clip": ("clipid", "clip", "segment", "segmentid"),
    "dialogue": ("dialogueid",),
    "utterance": ("utteranceid",),
    "season": ("season",),
    "episode": ("episode",),
    "language": ("language", "lang"),
}
_MELD_CLIP = re.compile(r"dia(\d+)_utt(\d+)$", re.IGNORECASE)
_MELD_DIALOGUE = re.compile(r"dia(\d+)$", re.IGNORECASE)
_EPISODE = re.compile(r"s(\d{1,2})e(\d{1,2})(?!\d)", re.IGNORECASE)


@dataclass(frozen=True)
class Line:
    """One utterance of the table; what the table does not say is ""."""

    place: str
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


@dataclass
class Table:
    """The lines of a table, by the video they belong to where the table says so."""

    columns: frozenset[str]
    lines: list[Line] = field(default_factory=list)
    flaws: list[Flaw] = field(default_factory=list)


def read_table(text: str, ending: str = ".csv") -> Table:
    """All lines of a dialogue table.

    Args:
        text: the file, line ends as `\\n`.
        ending: of the file's name, small letters.

    Raises:
        NotATranscript: it is no table, or has no column of text.
    """
    lines = text.split("\n")
    first = next((line for line in lines if line.strip()), "")
    if first.count("___") >= 4:
        return _raw(lines)
    rows = Delimited(text, lambda name: bool(_meaning(name)), ending)
    header = _header(rows.columns)
    if "text" in header:
        return _read(rows, header)
    if rows.fault:
        raise NotATranscript(f"is not a table ({rows.fault.message})")
    raise NotATranscript(
        'has no column "text" or "Utterance" (MELD and CMU-MOSEI name them so); its first line '
        f"reads {first[:80]!r}"
    )


def lines_of_video(table: Table, path: str) -> Transcript:
    """What `table` says of one video, on the clock of that video.

    Args:
        table: of the video or of a whole corpus.
        path: of the video; its name and its folder's name are compared with the ids.

    Raises:
        NotATranscript: no line is for this video.
    """
    folder, stem = _names(path)
    transcript = Transcript(flaws=list(table.flaws))
    chosen, clock = _choose(table, folder, stem)
    if not chosen:
        raise NotATranscript(f"has no line for {stem!r}. {_how_names_must_be(table)}")
    languages = {line["language"].lower() for line in chosen} - {""}
    if len(languages) == 1 and re.fullmatch("[a-z]{2}", language := languages.pop()):
        transcript.language = language
    cues = []
    for line in chosen:
        try:
            cues.append(_cue(line))
        except ValueError:
            if clock == "clip":  # the clip is that one utterance: it lasts as long as the clip
                transcript.flaws.append(
                    Flaw("times that cannot be read, given the whole clip", line.place)
                )
                transcript.cues = [replace(_untimed(line), end_s=None)]
            else:
                transcript.flaws.append(Flaw("times that cannot be read", line.place))
    shift = 0.0 if clock == "video" or not cues else min(cue.start_s for cue in cues)
    transcript.cues += [
        replace(cue, start_s=cue.start_s - shift, end_s=(cue.end_s or 0.0) - shift) for cue in cues
    ]
    return transcript


def _choose(table: Table, folder: str, stem: str) -> tuple[list[Line], str]:
    """The lines of a video, and its clock: "video", or counted from the first line: "clip" where
    the video is one utterance, "dialogue" where it is several.
    """
    if {"dialogue", "utterance"} <= table.columns:
        if found := _MELD_CLIP.search(stem):
            wanted = {"dialogue": found[1], "utterance": found[2]}
            return _matching(table, wanted), "clip"
        if found := _MELD_DIALOGUE.search(stem):
            return _matching(table, {"dialogue": found[1]}), "dialogue"
    if {"season", "episode"} <= table.columns and (found := _EPISODE.search(stem)):
        return _matching(table, {"season": found[1], "episode": found[2]}), "video"
    if "video" in table.columns:
        whole = [line for line in table.lines if _same(line["video"], stem)]
        if whole:
            return whole, "video"
        return [
            line
            for line in table.lines
            if (line["video"] == folder and _same(line["clip"], stem))
            or stem in (f"{line['video']}_{line['clip']}", f"{line['video']}$_${line['clip']}")
        ], "clip"
    apart = ("season", "episode") if {"season", "episode"} <= table.columns else ("dialogue",)
    told_apart = {tuple(line[column] for column in apart) for line in table.lines}
    return (table.lines if len(told_apart) <= 1 else []), "video"


def _matching(table: Table, wanted: dict[str, str]) -> list[Line]:
    return [
        line
        for line in table.lines
        if all(_number(line[column]) == int(value) for column, value in wanted.items())
    ]


def _number(cell: str) -> int | None:
    text = cell.strip().removesuffix(".0")  # an id that went through a table of floats
    return int(text) if text.isdecimal() else None


def _same(identity: str, stem: str) -> bool:
    """An id names a file with or without its ending; numbers may carry zeros: 7 and 0007."""
    name = identity.strip().rsplit("/", 1)[-1]
    if stem in (name, name.rsplit(".", 1)[0]):
        return True
    return stem.isdecimal() and _number(name) == int(stem)


def _how_names_must_be(table: Table) -> str:
    if "dialogue" in table.columns:
        return (
            "Name the video dia{Dialogue_ID}_utt{Utterance_ID}, dia{Dialogue_ID} or, where it is "
            "an episode, s{Season}e{Episode}; or give a table of this video alone."
        )
    return "Its video_id must be the video's name without the ending."


def _cue(line: Line) -> Cue:
    return replace(_untimed(line), start_s=seconds(line["start"]), end_s=seconds(line["end"]))


def _untimed(line: Line) -> Cue:
    speaker, text = speaker_and_text(line["text"])
    return Cue(0.0, None, text, line.place, line["speaker"].strip() or speaker)


def _names(path: str) -> tuple[str, str]:
    *folders, name = path.replace("\\", "/").split("/")
    return (folders[-1] if folders else ""), name.rsplit(".", 1)[0]


def _header(columns: list[str]) -> list[str]:
    """What each column holds; "" if nothing we read."""
    header = [_meaning(name) for name in columns]
    if "text" in header:  # MOSEI tables have "text" and "transcript": the first counts
        below = header.index("text") + 1
        header[below:] = [name if name != "text" else "" for name in header[below:]]
    return header


def _meaning(name: str) -> str:
    plain = plain_name(name)
    return next((meaning for meaning, names in _COLUMNS.items() if plain in names), "")


def _read(rows: Delimited, header: list[str]) -> Table:
    table = Table(frozenset(name for name in header if name))
    if rows.fault:
        table.flaws.append(Flaw(_BROKEN_QUOTE, f"line {rows.fault.line}"))
    broken = 0
    for row in rows:
        place = f"line {row.line}"
        if isinstance(row, Record) and len(row.cells) == len(header):
            cells = {name: cell for name, cell in zip(header, row.cells, strict=True) if name}
            table.lines.append(Line(place, cells))
        elif isinstance(row, Fault) and row.is_quote:
            table.flaws.append(Flaw(_BROKEN_QUOTE, place))
            broken += 1
            if broken == MAX_BROKEN_RECORDS:
                table.flaws.append(Flaw(_REST_NOT_READ, f"line {row.line + 1}"))
                break
        else:
            table.flaws.append(Flaw("more or fewer cells than the header", place))
    return table


def _raw(lines: list[str]) -> Table:
    table = Table(frozenset(("video", "clip", "start", "end", "text")))
    for number, line in enumerate(lines, start=1):
        if line.strip():
            cells = line.split("___", 4)
            place = f"line {number}"
            if len(cells) == 5:
                names = ("video", "clip", "start", "end", "text")
                table.lines.append(Line(place, dict(zip(names, cells, strict=True))))
            else:
                table.flaws.append(Flaw("fewer than five parts between ___", place))
    return table
