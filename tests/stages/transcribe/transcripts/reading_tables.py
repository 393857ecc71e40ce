"""What a table says of a video, in the shape that the tests compare."""

from stages.transcribe.transcripts.dialogue_csv import read_table
from stages.transcribe.transcripts.table_cues import lines_of_video

Line = tuple[float, float | None, str | None, str]  # start and end in seconds, speaker, text


def lines(table: str, path: str) -> list[Line]:
    """The cues of the video at `path` in the text of a table."""
    cues = lines_of_video(read_table(table), path).cues
    return [
        (round(c.start_s, 3), None if c.end_s is None else round(c.end_s, 3), c.speaker, c.text)
        for c in cues
    ]


def flawed(table: str, path: str) -> list[str]:
    """Where the table is at fault, and how."""
    transcript = lines_of_video(read_table(table), path)
    return [f"{flaw.place}: {flaw.what}" for flaw in transcript.flaws]
