"""What stands where in the output folder of a run."""

import hashlib
import re
import uuid
from collections.abc import Collection, Sequence
from datetime import UTC, datetime

ANNOTATIONS = "annotations"
FAILURES = "failures"
CUTS = "cuts"
REVIEWS = "reviews"
HISTORY = "history"
AGAIN = "again"
RECORD = "run.json"
QUALITY = "quality.json"
LOG = "run.log"
LOCK = "run.lock"
JOURNAL = "journal.json"
FORGOTTEN = "forgotten.json"
REPORT = "report.html"
CARD = "README.md"

NO_ROWS = "part-0-schema.parquet"
"""A part without rows in each folder of results: readers find the columns before the first row."""


def part_name(folder: str) -> str:
    """A new name for a part file that sorts by time and cannot meet another run's."""
    now = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    return f"{folder}/part-{now}-{uuid.uuid4().hex[:8]}.parquet"


def gathered_name(parts: Sequence[str]) -> str:
    """The name of the file with the rows of these parts, given in order.

    It sorts right behind the last of them: rows keep their order, and a listing that comes in
    pieces cannot lack both the file and a part that it took the place of.
    """
    return f"{parts[-1].removesuffix('.parquet')}_{len(parts)}.parquet"


def report_name(number: int) -> str:
    """The page of that number of the report, counted from 1."""
    stem, dot, ending = REPORT.partition(".")
    return REPORT if number == 1 else f"{stem}-{number}{dot}{ending}"


def is_further_report(name: str) -> bool:
    """Whether it is a page of a report, and not the first."""
    stem, _, ending = REPORT.partition(".")
    return re.fullmatch(rf"{stem}-[0-9]+\.{ending}", name) is not None


def cut_name(video_id: str) -> str:
    """The file with the cut of a video; ids hold what file names may not."""
    return f"{CUTS}/{hashlib.sha256(video_id.encode()).hexdigest()[:24]}.parquet"


def is_dataset(names: Collection[str]) -> bool:
    """Whether a folder with these names in it is one that a run wrote."""
    return ANNOTATIONS in names and RECORD in names
