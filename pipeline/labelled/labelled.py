"""What is known of a set of clips before their media are looked at."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.evaluation.answers import Answer
from pipeline.labelled.speech import utterances_of

SHOWN = 20
"""Names in one message."""


@dataclass(frozen=True)
class Source:
    """A file or folder that was read: where it is, which form it has, and how many rows."""

    location: str
    form: str
    rows: int


@dataclass(frozen=True)
class Labelled:
    """The labels and descriptions of a set, joined from all of its files.

    Attributes:
        rows: each with labels or a description, or both; at least one has labels. Their
            `video_id` is that of the first file that names the video.
        only_said: rows of the same videos that have words alone, as where a model declined to name
            an emotion: nothing to train on, but part of what is said.
        sources: in the order in which they were given.
        transcript_tables: those of them that hold speech and are tables as `--transcripts` of
            `microemo annotate` takes them. Nothing of them stands in `rows`.
        notices: sentences on what was joined, passed over or left out.
    """

    rows: tuple[Answer, ...]
    sources: tuple[Source, ...]
    transcript_tables: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    only_said: tuple[Answer, ...] = ()

    def by_video(self) -> Mapping[str, tuple[Answer, ...]]:
        """The rows of each video, in their order."""
        videos: dict[str, list[Answer]] = defaultdict(list)
        for row in self.rows:
            videos[row.video_id].append(row)
        return {video_id: tuple(rows) for video_id, rows in videos.items()}

    def transcripts(self) -> Mapping[str, list[dict[str, Any]]]:
        """What is said in each video of which words came with the labels, as `utterances_of`."""
        videos: dict[str, list[Answer]] = defaultdict(list)
        for row in (*self.rows, *self.only_said):
            videos[row.video_id].append(row)
        found = ((video_id, utterances_of(rows)) for video_id, rows in videos.items())
        return {video_id: entries for video_id, entries in found if entries}


def listed(names: Sequence[str], shown: int = SHOWN) -> str:
    """The first names, and how many more there are."""
    more = len(names) - shown
    return ", ".join(names[:shown]) + (f" and {more} more" if more > 0 else "")
