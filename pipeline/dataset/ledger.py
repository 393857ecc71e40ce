"""What is done and what is owed, read from the output itself.

A window is done when it stands in a whole part file, as an annotation or as a failure. A video is
done when all its windows are, or when it failed before it was cut into windows.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Self

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.layout import ANNOTATIONS, FAILURES
from pipeline.dataset.reading import read_columns, read_whole
from stages.faults import SetupError
from stages.file_state import FileState, differing
from stages.rows import Row

ROW_COLUMNS = ("video_id", "uri", "window_index", "window_count")
"""Of a finished row, what is noted of it."""


_SHOWN = 5


@dataclass(slots=True)
class VideoProgress:
    """What stands in the dataset of one video, and what is still missing."""

    window_count: int | None = None  # None until its windows are known
    annotated: set[int] = field(default_factory=set)  # indices of windows
    failed: set[int] = field(default_factory=set)
    failed_whole: bool = False  # it failed before it was cut
    uri: str | None = None  # where it was read
    size_bytes: int | None = None  # of its file then; None where nobody noted it
    modified_ms: int | None = None  # since 1970, likewise
    duration_s: float = 0.0  # 0 where nobody noted it
    _in_both: int = 0  # windows that are annotated and failed

    @property
    def has_failed(self) -> bool:
        """Whether the whole or a window failed."""
        return self.failed_whole or bool(self.failed)

    @property
    def finished(self) -> set[int]:
        """The windows that are annotated or failed."""
        return self.annotated | self.failed

    @property
    def owed(self) -> int:
        """Windows that are neither annotated nor failed, as far as it is known."""
        if self.failed_whole or self.window_count is None:
            return 0
        return max(0, self.window_count - self._finished_count)

    @property
    def done(self) -> bool:
        """Whether nothing is owed of the video."""
        return self.failed_whole or (self.window_count is not None and not self.owed)

    @property
    def share(self) -> float:
        """The share of the video that is done, 0..1."""
        if self.done:
            return 1.0
        return self._finished_count / self.window_count if self.window_count else 0.0

    @property
    def _finished_count(self) -> int:
        """Of `finished`, without making it: a run asks after each row."""
        return len(self.annotated) + len(self.failed) - self._in_both

    @property
    def file(self) -> FileState | None:
        """The state of the file that it was read from; None where nobody noted it."""
        if self.size_bytes is None and self.modified_ms is None:
            return None
        modified = None
        if self.modified_ms is not None:
            modified = datetime.fromtimestamp(self.modified_ms / 1000, UTC)
        return {"size_bytes": self.size_bytes, "modified": modified}

    def note(
        self, uri: str | None, window_index: int | None, window_count: int | None, *, failed: bool
    ) -> bool:
        """Take in one finished row, of a video as a whole where it is of no window.

        Returns whether that is news; taking a row in twice changes nothing.
        """
        self.uri = uri
        if window_index is None:
            is_new, self.failed_whole = not self.failed_whole, True
            return is_new
        self.window_count = window_count
        noted, others = (self.failed, self.annotated) if failed else (self.annotated, self.failed)
        if window_index in noted:
            return False
        noted.add(window_index)
        self._in_both += window_index in others
        return True


def note_rows(videos: dict[str, VideoProgress], rows: pa.Table, *, failed: bool) -> list[bool]:
    """Take finished rows in; whether each is news.

    Args:
        videos: by id; what is not there yet is added.
        rows: with `ROW_COLUMNS`.
        failed: whether they are failures.
    """
    return [
        _video(videos, video_id).note(uri, index, count, failed=failed)
        for video_id, uri, index, count in zip(
            *(rows.column(name).to_pylist() for name in ROW_COLUMNS), strict=True
        )
    ]


def _note_files(videos: dict[str, VideoProgress], rows: pa.Table) -> None:
    """Note of which files the rows are; as numbers, for dates of a million rows take seconds."""
    if pa.types.is_null(rows.schema.field("file").type):  # rows of an older version
        return
    file = rows.column("file")
    sizes = pc.struct_field(file, "size_bytes").to_pylist()
    times = pc.struct_field(file, "modified").cast(pa.int64()).to_pylist()
    ids = rows.column("video_id").to_pylist()
    for video_id, size_bytes, modified_ms in zip(ids, sizes, times, strict=True):
        video = videos[video_id]
        video.size_bytes, video.modified_ms = size_bytes, modified_ms


def _video(videos: dict[str, VideoProgress], video_id: str) -> VideoProgress:
    video = videos.get(video_id)
    if video is None:
        video = videos[video_id] = VideoProgress()
    return video


class Ledger:
    """The progress of every video that was started."""

    def __init__(self) -> None:
        self._videos: dict[str, VideoProgress] = {}

    @classmethod
    def read(cls, folder: DatasetFolder) -> Self:
        """The ledger of what stands in `folder`.

        Raises:
            SetupError: as `read_columns`.
        """
        ledger = cls()
        for kind in (ANNOTATIONS, FAILURES):
            for rows in read_columns(folder, kind, (*ROW_COLUMNS, "file")):
                note_rows(ledger._videos, rows, failed=kind == FAILURES)
                _note_files(ledger._videos, rows)
        return ledger

    def enter(self, row: Row, *, failed: bool) -> None:
        """Note one finished row; noting it twice changes nothing."""
        _video(self._videos, row["video_id"]).note(
            row.get("uri"), row.get("window_index"), row.get("window_count"), failed=failed
        )

    def progress(self, video_id: str) -> VideoProgress:
        """How far a video is; nothing done if it was never started."""
        return self._videos.get(video_id, VideoProgress())

    def check_video_ids(self, sources: Iterable[Row]) -> None:
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

    def check_files(self, sources: Iterable[Row]) -> None:
        """See to it that each video of which windows are finished is still the same file.

        Raises:
            SetupError: some are others: old windows and new ones would stand in one video.
        """
        changed = []
        for source in sources:
            video = self.progress(source["video_id"])
            known = None if video.window_count is None else video.file
            difference = differing(known, source.get("file"))
            if difference:
                changed.append(f"{source['uri']}: {difference}")
        if changed:
            raise SetupError(
                f"{len(changed)} of the videos are other files than those whose windows stand in "
                "the output. Give another --out for them, or put the former files back:\n"
                + "\n".join(changed[:_SHOWN])
            )

    def owed_of(self, windows: Iterable[Row]) -> Iterator[Row]:
        """Those of some windows that are not finished."""
        for window in windows:
            if window["window_index"] not in self.progress(window["video_id"]).finished:
                yield window

    def owed(self, sources: Iterable[Row], cuts: dict[str, pa.Table]) -> Iterator[Row]:
        """The rows still to be worked on.

        A video with a recorded cut gives the rows of its missing windows, so that what is done
        keeps its borders; any other unfinished video gives its source row.
        """
        for source in sources:
            video = self.progress(source["video_id"])
            if video.done:
                continue
            cut = cuts.get(source["video_id"])
            if cut is None or (not video.finished and _is_of_another(cut, source)):
                yield source
                continue
            missing = pc.invert(pc.is_in(cut["window_index"], pa.array(video.finished, pa.int32())))
            yield from cut.filter(missing).to_pylist()


def _is_of_another(cut: pa.Table, source: Row) -> bool:
    """Whether a video was cut when it was another file; where nothing is done, it is cut anew."""
    return bool(differing(cut.column("file")[0].as_py(), source.get("file")))


def forget_failures(
    folder: DatasetFolder, video_ids: Collection[str], kinds: Collection[str]
) -> int:
    """Take failures of these videos out of the output, those of `kinds`, so that they are owed.

    Returns how many rows were taken out. A run that dies right after has lost nothing: the rows
    stand nowhere and are therefore owed.

    Raises:
        SetupError: as `read_light`.
    """
    forgotten = 0
    for name, table in read_whole(folder, FAILURES):
        ours = pc.is_in(table["video_id"], pa.array(list(video_ids), pa.string()))
        kind = pc.struct_field(table["error"], "kind")
        kept = table.filter(pc.invert(pc.and_(ours, pc.is_in(kind, pa.array(list(kinds))))))
        if kept.num_rows == table.num_rows:
            continue
        forgotten += table.num_rows - kept.num_rows
        if kept.num_rows:
            folder.write_table(name, kept)
        else:
            folder.remove(name)
    return forgotten
