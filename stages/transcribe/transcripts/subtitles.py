"""Subtitles: SubRip, WebVTT, SubStation.

pysubs2 reads SubStation, times and markup. The blocks of SubRip and WebVTT are parted here,
because pysubs2 1.8 parts them by time stamps alone: it appends a cue whose times it cannot read,
`NOTE` blocks, `STYLE` sheets and cue names to the text of the cue before, takes a karaoke line for
a new cue and drops a last line that is a number, all without a word. Here each is read or reported.
"""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import pysubs2

from stages.clock import seconds
from stages.transcribe.cues import Cue, Flaw, Transcript, speaker_and_text

_BAD_TIMES = "times that cannot be read"
_STAMP = r"(?:\d{1,3}:)?\d{1,2}:\d{1,2}(?:[.,]\d{1,3})?"
_TIMING = re.compile(rf"\s*(?P<start>{_STAMP})\s*-*[-–—]>\s*(?P<end>{_STAMP})(?:\s.*)?")
_MEANT_AS_TIMING = re.compile(r"-->|^[^<>]{0,20}\d:[^<>]{0,20}(?:[-–—]+>|→)")
_NOT_SPOKEN = re.compile(r"(?:NOTE|STYLE|REGION)\b")
_KARAOKE = re.compile(r"<\d[\d:.]*>")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+(?P<name>[^>]+)>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|</?>")


def read_subtitles(text: str) -> Transcript:
    """The cues of a subtitle file, of whichever of the formats it is.

    Args:
        text: the file, line ends as `\\n`.
    """
    if re.search(r"^\s*\[(?:script info|events)\]", text, re.IGNORECASE | re.MULTILINE):
        return _substation(text)
    return _blocks(text)


@dataclass
class _Block:
    start_s: float
    end_s: float
    line: int
    lines: list[str]


def _blocks(text: str) -> Transcript:
    transcript = Transcript()
    lines = text.split("\n")
    is_webvtt = lines[0].lstrip("\ufeff").startswith("WEBVTT")
    blocks: list[_Block] = []
    inside: list[str] | None = None  # lines of the block at hand; None: of none
    for number, line in enumerate(lines, start=1):
        after_blank = number == 1 or not lines[number - 2].strip()
        if _MEANT_AS_TIMING.search(line):
            if inside:
                _take_out_name(inside, lines, number, is_webvtt)
            inside = []
            try:
                blocks.append(_Block(*_times(line), line=number, lines=inside))
            except ValueError:
                transcript.flaws.append(Flaw(_BAD_TIMES, f"line {number}"))
        elif is_webvtt and after_blank and _NOT_SPOKEN.match(line):
            inside = []  # a block of its own that nobody reads
        elif inside is not None:
            inside.append(line)
        elif line.strip() and not (is_webvtt or line.strip().isdecimal()):
            transcript.flaws.append(Flaw("text outside any cue", f"line {number}"))
    if any(_KARAOKE.search(line) for block in blocks for line in block.lines):
        blocks = list(_without_repeats(blocks))
    transcript.cues = [_cue(block) for block in blocks]
    return transcript


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


def _without_repeats(blocks: Iterable[_Block]) -> Iterator[_Block]:
    """Captions that roll up, as YouTube makes them, show each line again in the next cue."""
    shown: list[str] = []
    for block in blocks:
        plain = [_TAG.sub("", _KARAOKE.sub("", line)).strip() for line in block.lines]
        fresh = [
            line
            for line, words in zip(block.lines, plain, strict=True)
            if words and words not in shown
        ]
        shown = [words for words in plain if words]
        if fresh:
            yield replace(block, lines=fresh)


def _cue(block: _Block) -> Cue:
    marked = "\n".join(block.lines)
    voices = {" ".join(found["name"].split()) for found in _VOICE.finditer(marked)}
    speaker, text = _spoken(_TAG.sub("", _KARAOKE.sub("", marked)))
    return Cue(
        start_s=block.start_s,
        end_s=block.end_s,
        text=text,
        place=f"line {block.line}",
        speaker=voices.pop() if len(voices) == 1 else speaker,
    )


def _spoken(marked: str) -> tuple[str | None, str]:
    """Speaker and text of a cue that may hold SubStation overrides and HTML entities."""
    return speaker_and_text(html.unescape(pysubs2.SSAEvent(text=marked).plaintext))


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
    for (number, _), event in zip(good, events, strict=True):
        if not event.is_drawing:
            speaker, spoken = _spoken(event.text)
            name = event.name.strip() or speaker
            times = event.start / 1000, event.end / 1000
            transcript.cues.append(Cue(*times, spoken, f"line {number}", name))
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
