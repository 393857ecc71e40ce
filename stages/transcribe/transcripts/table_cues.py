"""What a table says of one video, on the clock of that video."""

from collections.abc import Sequence
from dataclasses import replace

from stages.clock import seconds
from stages.transcribe.cues import Cue, Flaw, Transcript
from stages.transcribe.transcripts.dialogue_csv import Line, Table
from stages.transcribe.transcripts.languages import iso_639_1
from stages.transcribe.transcripts.table_ids import Bond, Clock, lines_about

_NO_TIMES = "times that cannot be read"
_NO_LENGTH = "an end that is not after the start"
_WHOLE_CLIP = "given the whole clip"


def lines_of_video(table: Table, path: str, bond: Bond = Bond.GIVEN) -> Transcript:
    """What `table` says of one video.

    A line without times is spoken over the whole video, as is the line of a clip that is one
    utterance where its times say nothing.

    Args:
        table: of the video or of a whole corpus.
        path: of the video; its name and its folders are compared with the ids.
        bond: how table and video came together.

    Raises:
        NotATranscript: no line is for this video, or nobody can tell which.
    """
    chosen = lines_about(table, path, bond)
    transcript = Transcript(flaws=list(table.flaws), notes=list(table.notes))
    transcript.language = _language(table, chosen.lines)
    is_one = chosen.clock in (Clock.CLIP, Clock.ONE) and len(chosen.lines) == 1
    for line in chosen.lines:
        cue, flaw = _cue(table, line)
        if flaw is None:
            transcript.cues.append(cue)
        elif is_one:
            transcript.flaws.append(Flaw(f"{flaw}, {_WHOLE_CLIP}", line.place))
            transcript.cues.append(_untimed(table, line))
        elif flaw == _NO_LENGTH:
            transcript.cues.append(cue)  # the rule for cues names it
        else:
            transcript.flaws.append(Flaw(flaw, line.place))
    if chosen.clock in (Clock.CLIP, Clock.FIRST):
        transcript.cues = _from_the_first(transcript.cues)
    transcript.may_be_shifted = chosen.clock is Clock.ONE
    return transcript


def _cue(table: Table, line: Line) -> tuple[Cue, str | None]:
    """The line as a cue, and what is wrong with its times."""
    cue = _untimed(table, line)
    if not table.has_times:
        return cue, None
    try:
        start_s = _seconds(table, line["start"])
        if line["end"] or "duration" not in table.columns:
            end_s = _seconds(table, line["end"])
        else:
            end_s = start_s + _seconds(table, line["duration"])
    except ValueError:
        return cue, _NO_TIMES
    flaw = None if round(end_s * 1000) > round(start_s * 1000) else _NO_LENGTH
    return replace(cue, start_s=start_s, end_s=end_s), flaw


def _seconds(table: Table, cell: str) -> float:
    return seconds(cell, decimal_comma=table.decimal_comma)


def _untimed(table: Table, line: Line) -> Cue:
    speaker, text = table.said_in(line)
    return Cue(0.0, None, text, line.place, speaker)


def _from_the_first(cues: list[Cue]) -> list[Cue]:
    """The cues on a clock that starts with the first of them; those without times stay."""
    shift_s = min((cue.start_s for cue in cues if cue.end_s is not None), default=0.0)
    return [
        cue
        if cue.end_s is None
        else replace(cue, start_s=cue.start_s - shift_s, end_s=cue.end_s - shift_s)
        for cue in cues
    ]


def _language(table: Table, lines: Sequence[Line]) -> str | None:
    named = {line["language"] for line in lines} - {""}
    if len(named) == 1:
        return iso_639_1(named.pop())
    return table.language
