"""Subtitles with speakers and emotions: a WebVTT or an SRT file for each clip."""

import re
from abc import abstractmethod

from pipeline.export.formats.clips import ClipOfVideo, clips_of
from pipeline.export.formats.format import Format
from pipeline.export.unit import ExportedVideo, Unit

_LEAST_MS = 1  # a cue that ends where it begins is never shown, and no cue to some readers
_BLANK_LINES = re.compile(r"\s*\n\s*")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")
_LOOKALIKES = str.maketrans({"<": "‹", ">": "›", "{": "(", "}": ")"})


class _Subtitles(Format):
    """A cue for each unit that has a text or labels."""

    suffix: str
    head: str

    def add(self, video: ExportedVideo) -> None:
        for clip in clips_of(video):
            cues = [self._cue(clip, unit) for unit in clip.units]
            shown = [cue for cue in cues if cue]
            self.note("rows without text and labels have no cue", len(cues) - len(shown))
            numbered = [self.numbered(number, cue) for number, cue in enumerate(shown, 1)]
            content = self.head + "\n".join(numbered)
            self.output.write(f"{clip.name}.{self.suffix}", content.encode("utf-8", "replace"))

    def finish(self) -> None:
        """Each file is written already."""

    def _cue(self, clip: ClipOfVideo, unit: Unit) -> str:
        lines = self.lines(unit)
        if not lines:
            return ""
        start_ms = round(1000 * clip.at(unit.start_s))
        end_ms = max(round(1000 * clip.at(unit.end_s)), start_ms + _LEAST_MS)
        times = f"{self.time(start_ms)} --> {self.time(end_ms)}"
        return "\n".join([times, *lines, ""])

    @abstractmethod
    def numbered(self, number: int, cue: str) -> str:
        """A cue with what stands before its times."""

    @abstractmethod
    def time(self, time_ms: int) -> str:
        """A time of the clip."""

    @abstractmethod
    def lines(self, unit: Unit) -> list[str]:
        """What is shown; nothing where there is nothing to show."""


class WebVtt(_Subtitles):
    """`<video>.vtt`: the speaker as a voice, the emotions as a span of class `emotion`."""

    purpose = "WebVTT subtitles with speakers and emotions"
    suffix = "vtt"
    head = "WEBVTT\n\n"

    def numbered(self, number: int, cue: str) -> str:
        return f"{number}\n{cue}"

    def time(self, time_ms: int) -> str:
        return _time(time_ms, ".")

    def lines(self, unit: Unit) -> list[str]:
        text = _escaped(_whole_lines(unit.text))
        speaker = _escaped(_in_a_line(unit.row["speaker"] or ""))
        spoken = f"<v {speaker}>{text}</v>" if speaker and text else text
        emotions = _escaped(_in_a_line(", ".join(unit.labels)))
        felt = f"<c.emotion>{emotions}</c>" if emotions else ""
        return [line for line in (spoken, felt) if line]


class Srt(_Subtitles):
    """`<video>.srt`: the speaker before the text, the emotions in brackets below it."""

    purpose = "SRT subtitles with speakers and emotions"
    suffix = "srt"
    head = ""

    def numbered(self, number: int, cue: str) -> str:
        return f"{number}\n{cue}"

    def time(self, time_ms: int) -> str:
        return _time(time_ms, ",")

    def lines(self, unit: Unit) -> list[str]:
        text, speaker = _whole_lines(unit.text), _in_a_line(unit.row["speaker"] or "")
        spoken = f"{speaker}: {text}" if speaker and text else text
        felt = f"[{_in_a_line(', '.join(unit.labels))}]" if unit.labels else ""
        lines = [line for line in (spoken, felt) if line]
        plain = [line.translate(_LOOKALIKES) for line in lines]
        self.note("texts have ‹ › ( ) for < > { }, which SRT takes for marks", int(plain != lines))
        return plain


def _time(time_ms: int, mark: str) -> str:
    seconds, thousandths = divmod(time_ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}{mark}{thousandths:03}"


def _whole_lines(text: str) -> str:
    """Without blank lines, at which a cue would end."""
    return _CONTROL.sub(" ", _BLANK_LINES.sub("\n", text.replace("\r", "\n"))).strip()


def _in_a_line(text: str) -> str:
    return " ".join(_CONTROL.sub(" ", text).split())


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
