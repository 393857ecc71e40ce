"""Tables of dialogue: MELD's and CMU-MOSEI's columns, one table for one video or for a corpus.

MELD: Utterance, Speaker, Dialogue_ID, Utterance_ID, Season, Episode, StartTime, EndTime; its clips
are named dia{D}_utt{U}.mp4 and its times count from the start of the episode.
CMU-MOSEI: video_id, clip_id or segment, start, end, text, speaker; or raw lines
`video_id___segment___start___end___text`. Clips are <video_id>/<clip_id>.mp4.
"""

import csv
import re
from dataclasses import dataclass, field, replace

from stages.clock import seconds
from stages.transcribe.cues import Cue, Flaw, NotATranscript, Transcript, speaker_and_text

MAX_BROKEN_RECORDS = 100

_COLUMNS = {  # what a column holds, and the names it goes by, without case, spaces and underscores
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


def read_table(text: str) -> Table:
    """All lines of a dialogue table.

    Args:
        text: the file, line ends as `\\n`.

    Raises:
        NotATranscript: it is no table, or has no column of text.
    """
    lines = text.split("\n")
    first = next((line for line in lines if line.strip()), "")
    if first.count("___") >= 4:
        return _raw(lines)
    try:
        header, delimiter = _header(first)
    except csv.Error as fault:
        raise NotATranscript(f"is not a table ({fault})") from None
    if "text" not in header:
        raise NotATranscript(
            'has no column "text" or "Utterance" (MELD and CMU-MOSEI name them so); its first line '
            f"reads {first[:80]!r}"
        )
    table = Table(frozenset(name for name in header if name))
    begin = lines.index(first) + 1
    for _ in range(MAX_BROKEN_RECORDS):
        broken = _read_records(table, header, delimiter, lines, begin)
        if broken is None:
            return table
        table.flaws.append(Flaw("an unclosed or misplaced quote", f"line {broken}"))
        begin = broken  # go on with the line after the broken one
    table.flaws.append(
        Flaw("so many broken lines before it that the rest was not read", f"line {begin}")
    )
    return table


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


def _header(first: str) -> tuple[list[str], str]:
    """What each column holds ("" if nothing we read), and the delimiter that tells most."""
    headers = {
        delimiter: [_meaning(name) for name in next(csv.reader([first], delimiter=delimiter))]
        for delimiter in ",;\t"
    }
    delimiter = max(headers, key=lambda mark: sum(map(bool, headers[mark])))
    header = headers[delimiter]
    if header.count("text") > 1:  # MOSEI tables have "text" and "transcript": the first counts
        first_text = header.index("text")
        header = [
            name if name != "text" or place == first_text else ""
            for place, name in enumerate(header)
        ]
    return header, delimiter


def _meaning(name: str) -> str:
    plain = name.strip().lower().replace("_", "").replace(" ", "")
    return next((meaning for meaning, names in _COLUMNS.items() if plain in names), "")


def _read_records(
    table: Table, header: list[str], delimiter: str, lines: list[str], begin: int
) -> int | None:
    """Add the records from line `begin` (0-based) on; the number of a broken line, or None."""
    reader = csv.reader((line + "\n" for line in lines[begin:]), delimiter=delimiter, strict=True)
    number = begin + 1
    try:
        for record in reader:
            place = f"line {number}"
            number = begin + reader.line_num + 1
            if not record:
                continue
            if len(record) != len(header):
                table.flaws.append(Flaw("more or fewer cells than the header", place))
                continue
            cells = {name: cell for name, cell in zip(header, record, strict=True) if name}
            table.lines.append(Line(place, cells))
    except csv.Error:
        return number
    return None


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
