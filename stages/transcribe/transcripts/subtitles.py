"""Subtitles: SubRip, WebVTT, SubStation.

pysubs2 reads SubStation and its times. The blocks of SubRip and WebVTT are parted here, because
pysubs2 1.8 parts them by time stamps alone: it appends a cue whose times it cannot read, `NOTE`
blocks, `STYLE` sheets and cue names to the text of the cue before, takes a karaoke line for a new
cue and drops a last line that is a number, all without a word. Here each is read or reported.
"""

import re

import pysubs2

from stages.clock import seconds
from stages.transcribe.cues import Flaw, Transcript
from stages.transcribe.transcripts.blocks import Block, cues_of
from stages.transcribe.transcripts.markup import substation_lines

_BAD_TIMES = "times that cannot be read"
_STAMP = r"(?:\d+:)?\d{1,2}:\d{1,2}(?:[.,]\d{1,3})?"
_TIMING = re.compile(rf"\s*(?P<start>{_STAMP})\s*-*[-–—]>\s*(?P<end>{_STAMP})(?:\s.*)?")
_NOTHING_ELSE = re.compile(rf"\s*{_STAMP}\s*-*[-–—]>\s*{_STAMP}(?:\s+\w+:\S+)*\s*")
_WITH_FRACTION = re.compile(r":\d{1,2}[.,]\d")
# What stands where times should stand and was meant as such.
_ARROW = re.compile(r"-->|^[^<>]{0,20}\d:[^<>]{0,20}(?:[-–—]+>|→)")
_ONE_SIDE = re.compile(r"[\d\s:.,]*\d[\d\s:.,]*[-–—]+>.*|.*[-–—]+>[\d\s:.,]*\d[\d\s:.,]*")
_NOT_SPOKEN = re.compile(r"(?:NOTE|STYLE|REGION)\b")


def read_subtitles(text: str) -> Transcript:
    """The cues of a subtitle file, of whichever of the formats it is.

    Args:
        text: the file, line ends as `\\n`.
    """
    if re.search(r"^\s*\[(?:script info|events)\]", text, re.IGNORECASE | re.MULTILINE):
        return _substation(text)
    return _blocks(text)


def _blocks(text: str) -> Transcript:
    transcript = Transcript()
    lines = text.split("\n")
    is_webvtt = lines[0].lstrip("\ufeff").startswith("WEBVTT")
    blocks: list[Block] = []
    inside: list[str] | None = None  # lines of the block at hand; None: of none
    for number, line in enumerate(lines, start=1):
        after_blank = number == 1 or not lines[number - 2].strip()
        if _is_timing(lines, number, is_webvtt):
            if inside:
                _take_out_name(inside, lines, number, is_webvtt)
            inside = []
            try:
                blocks.append(Block(*_times(line), lines=inside, place=f"line {number}"))
            except ValueError:
                transcript.flaws.append(Flaw(_BAD_TIMES, f"line {number}"))
        elif is_webvtt and after_blank and _NOT_SPOKEN.match(line):
            inside = []  # a block of its own that nobody reads
        elif inside is not None:
            inside.append(line)
        elif line.strip() and not (is_webvtt or line.strip().isdecimal()):
            transcript.flaws.append(Flaw("text outside any cue", f"line {number}"))
    transcript.cues = cues_of(blocks)
    return transcript


def _is_timing(lines: list[str], number: int, is_webvtt: bool) -> bool:
    """Whether a line gives times, right or wrong; a time of day and an arrow may be text."""
    line = lines[number - 1]
    before = lines[number - 2].strip() if number > 1 else ""
    if before.isdecimal():
        return bool(_ARROW.search(line) or _TIMING.fullmatch(line))
    is_named = is_webvtt and (number < 3 or not lines[number - 3].strip())
    if not before or (is_named and not _TIMING.fullmatch(before)):
        return bool(_ONE_SIDE.fullmatch(line))
    return bool(_NOTHING_ELSE.fullmatch(line)) and len(_WITH_FRACTION.findall(line)) > 1


def _times(line: str) -> tuple[float, float]:
    found = _TIMING.fullmatch(line)
    if found is None:
        raise ValueError(line)
    return seconds(found["start"]), seconds(found["end"])


def _take_out_name(inside: list[str], lines: list[str], number: int, is_webvtt: bool) -> None:
    """Drop the number or name of the next cue, which stands right above its times."""
    name = lines[number - 2]
    stands_apart = len(inside) == 1 or not inside[-2].strip()
    if name.strip().isdecimal() or (is_webvtt and name.strip() and stands_apart):
        inside.pop()


_FIELDS = (
    "layer",
    "start",
    "end",
    "style",
    "name",
    "marginl",
    "marginr",
    "marginv",
    "effect",
    "text",
)


def _substation(text: str) -> Transcript:
    transcript = Transcript()
    fields = list(_FIELDS)
    good: list[tuple[int, str]] = []
    in_events = False
    for number, line in enumerate(text.split("\n"), start=1):
        key, _, value = line.partition(":")
        if line.lstrip().startswith("["):
            in_events = line.strip().lower() == "[events]"
        elif in_events and key.strip().lower() == "format":
            fields = [name.strip().lower() for name in value.split(",")]
        elif in_events and key.strip().lower() == "dialogue":
            try:
                good.append((number, _dialogue(value, fields)))
            except ValueError:
                transcript.flaws.append(Flaw(_BAD_TIMES, f"line {number}"))
    source = "\n".join(["[Events]", *(line for _, line in good)])
    events = pysubs2.SSAFile.from_string(source, format_="ass")
    layers: set[tuple[int, int, str]] = set()
    blocks = []
    for (number, _), event in zip(good, events, strict=True):
        layer = event.start, event.end, event.plaintext
        if not event.is_drawing and (layer not in layers or not event.plaintext):
            times = event.start / 1000, event.end / 1000
            lines = substation_lines(event.text)
            blocks.append(Block(*times, lines, f"line {number}", event.name.strip() or None))
        layers.add(layer)  # the same again at the same time is its shadow
    transcript.cues = cues_of(blocks)
    return transcript


def _dialogue(value: str, fields: list[str]) -> str:
    """The line with its fields in the order that pysubs2 takes for granted."""
    parts = dict(zip(fields, value.split(",", len(fields) - 1), strict=True))
    parts.setdefault("name", parts.get("actor", ""))
    for time in (parts.get("start", ""), parts.get("end", "")):
        if ":" not in time:
            raise ValueError(time)
        seconds(time)
    return "Dialogue: " + ",".join([parts.get(name, "0").strip() for name in _FIELDS])
