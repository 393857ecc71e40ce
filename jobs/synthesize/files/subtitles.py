"""What is said, as SubRip subtitles beside the clip."""

from pathlib import Path

import pysubs2

from jobs.synthesize.files.whole import written_whole
from jobs.synthesize.plan import Dialogue, Span


def write_subtitles(path: Path, dialogue: Dialogue, spans: tuple[Span, ...]) -> None:
    """Write each turn as `SPEAKER: text`, with times to a thousandth of a second.

    The name stands in capitals, so that it is taken for a name even above a single line.

    Raises:
        SetupError: the file cannot be written.
    """
    subtitles = pysubs2.SSAFile()
    for turn, span in zip(dialogue.turns, spans, strict=True):
        line = pysubs2.SSAEvent(start=round(span.start_s * 1000), end=round(span.end_s * 1000))
        line.plaintext = f"{turn.speaker.upper()}: {turn.text}"
        subtitles.append(line)
    with written_whole(path) as hidden:
        hidden.write_text(subtitles.to_string("srt"), "utf-8", newline="\n")
