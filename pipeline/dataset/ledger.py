"""What is done and what is owed, read from the output itself.

A window is done when it stands in a whole part file, as an annotation or as a failure. A video is
done when all its windows are, or when it failed before it was cut into windows.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.sink import ANNOTATIONS, FAILURES
from stages.stage import SetupError

_COLUMNS = ["video_id", "uri", "window_index", "window_count"]


@dataclass
class Progress:
    """How far a video is. `count` is None until its number of windows is known."""

    count: int | None = None
    windows: set[int] = field(default_factory=set)
    failed: bool = False  # at least one row is a failure
    failed_whole: bool = False  # it failed before it was cut
    uri: str | None = None  # where it was read

    @property
    def done(self) -> bool:
        """Whether nothing is owed of the video."""
        return self.failed_whole or (self.count is not None and len(self.windows) >= self.count)

    @property
    def share(self) -> float:
        """The share of the video that is done, 0..1."""
        if self.done:
            return 1.0
        return len(self.windows) / self.count if self.count else 0.0


class Ledger:
    """The progress of every video that was begun."""

    def __init__(self) -> None:
        self._videos: dict[str, Progress] = {}

    @classmethod
    def read(cls, output: DatasetFolder) -> "Ledger":
        """The ledger of what stands in `output`."""
        ledger = cls()
        for folder in (ANNOTATIONS, FAILURES):
            for table in output.read_tables(folder, _COLUMNS):
                for row in table.to_pylist():
                    ledger.enter(row, failed=folder == FAILURES)
        return ledger

    def enter(self, row: dict[str, Any], *, failed: bool) -> None:
        """Note one finished row; noting it twice changes nothing."""
        video = self._videos.setdefault(row["video_id"], Progress())
        video.failed = video.failed or failed
        video.uri = row.get("uri")
        if row.get("window_index") is None:
            video.failed_whole = True
            return
        video.count = row["window_count"]
        video.windows.add(row["window_index"])

    def progress(self, video_id: str) -> Progress:
        """How far a video is; nothing done if it was never begun."""
        return self._videos.get(video_id, Progress())

    def check_video_ids(self, sources: Iterable[dict[str, Any]]) -> None:
        """See to it that no video is taken for another of the same id.

        Raises:
            SetupError: a source has the id of a video that was read elsewhere; it would be passed
                over as done.
        """
        for source in sources:
            known = self.progress(source["video_id"]).uri
            if known is not None and known != source["uri"]:
                raise SetupError(
                    f"{source['uri']}: would be '{source['video_id']}', which stands in the output "
                    f"already and was read from {known}. Give another --out, or a manifest with a "
                    "video_id of its own for each video."
                )

    def owed(
        self, sources: Iterable[dict[str, Any]], cuts: dict[str, pa.Table]
    ) -> Iterator[dict[str, Any]]:
        """The rows still to be worked on.

        A video with a recorded cut gives the rows of its missing windows, so that what is done
        keeps its borders; any other unfinished video gives its source row.
        """
        for source in sources:
            video = self.progress(source["video_id"])
            if video.done:
                continue
            cut = cuts.get(source["video_id"])
            if cut is None:
                yield source
                continue
            missing = pc.invert(pc.is_in(cut["window_index"], pa.array(video.windows, pa.int32())))
            yield from cut.filter(missing).to_pylist()


def forget_failures(output: DatasetFolder, video_ids: set[str]) -> int:
    """Take the failures of these videos out of the output, so that they are owed again.

    Returns how many rows were taken out. A run that dies right after has lost nothing: the rows
    stand nowhere and are therefore owed.
    """
    forgotten = 0
    for name in output.part_names(FAILURES):
        table = output.read_table(name)
        kept = table.filter(pc.invert(pc.is_in(table["video_id"], pa.array(list(video_ids)))))
        forgotten += table.num_rows - kept.num_rows
        if kept.num_rows == 0:
            output.remove(name)
        elif kept.num_rows < table.num_rows:
            output.write_table(name, kept)
    return forgotten
