"""Rows of a video taken out of Parquet files, each written anew whole."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.dataset.columns import group_rows, reason
from pipeline.dataset.folder import PARQUET, DatasetFolder
from pipeline.dataset.layout import NO_ROWS
from stages.faults import SetupError

_ROWS_AT_ONCE = 64
_IN_MEMORY_BYTES = 2**24


@dataclass(frozen=True)
class Place:
    """A part that has rows of a video.

    Attributes:
        name: of the part.
        rows: how many.
        uri: where the video was read from.
    """

    name: str
    rows: int
    uri: str | None


def places_of(folder: DatasetFolder, kind: str, video_id: str) -> Iterator[Place]:
    """The parts of a kind that have rows of a video.

    Raises:
        SetupError: a part cannot be read.
    """
    for name in folder.part_names(kind):
        try:
            ids = folder.read_table(name, ["video_id", "uri"])
        except (pa.ArrowException, OSError) as fault:
            raise _unreadable(folder, name, fault) from fault
        own = ids.filter(pc.equal(ids["video_id"], video_id))
        if len(own):
            yield Place(name, len(own), own["uri"][0].as_py())


def take_out(folder: DatasetFolder, name: str, video_id: str) -> None:
    """Write a part anew without the rows of a video; one without others goes.

    Readers see the old file or the new one.

    Raises:
        SetupError: it cannot be read or written.
    """
    try:
        with (
            folder.open(name) as stream,
            tempfile.SpooledTemporaryFile(_IN_MEMORY_BYTES) as kept,
        ):
            count = _copy_others(pq.ParquetFile(stream), kept, video_id)
            if count or name.endswith(f"/{NO_ROWS}"):
                folder.write_stream(name, kept)
                return
    except (pa.ArrowException, OSError) as fault:
        raise _unreadable(folder, name, fault) from fault
    folder.remove(name)


def _copy_others(
    file: pq.ParquetFile, kept: "tempfile.SpooledTemporaryFile[bytes]", video_id: str
) -> int:
    columns = file.schema_arrow
    count = 0
    with pq.ParquetWriter(kept, columns, **PARQUET) as writer:
        for batch in file.iter_batches(_ROWS_AT_ONCE):
            others = batch.filter(pc.not_equal(batch["video_id"], video_id))
            count += len(others)
            if len(others):
                writer.write_table(pa.Table.from_batches([others]), group_rows(columns))
    return count


def _unreadable(folder: DatasetFolder, name: str, fault: Exception) -> SetupError:
    return SetupError(
        f"{folder.location}/{name}: cannot be read ({reason(fault)}), so it may hold rows of the "
        "video. Move it out of the folder, see to its rows, and give the same command again."
    )
