"""Where each annotated window stands: in which file, and where in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.layout import ANNOTATIONS
from stages.faults import SetupError

Key = tuple[str, int]
"""`video_id` and `window_index`."""

_KEY = ("video_id", "window_index")


class Place(NamedTuple):
    """Where a window stands."""

    part: str  # the name of its file
    group: int  # of the file's row groups
    row: int  # of the group


@contextmanager
def opened_part(folder: DatasetFolder, part: str) -> Iterator[pq.ParquetFile]:
    """A part file of the folder.

    Raises:
        SetupError: it cannot be read, also while it is open.
    """
    try:
        with folder.open(part) as stream:
            yield pq.ParquetFile(stream)
    except (pa.ArrowException, OSError) as fault:
        raise SetupError(f"{folder.location}/{part}: cannot be read: {fault}") from fault


def places(folder: DatasetFolder) -> Iterator[tuple[Key, Place]]:
    """The annotated windows as they lie in the files.

    Raises:
        SetupError: a file cannot be read.
    """
    for part in folder.part_names(ANNOTATIONS):
        with opened_part(folder, part) as file:
            keys = file.read(list(_KEY))
            sizes = [file.metadata.row_group(at).num_rows for at in range(file.num_row_groups)]
        of_part = chain.from_iterable(
            (Place(part, group, row) for row in range(size)) for group, size in enumerate(sizes)
        )
        columns = (keys.column(name).to_pylist() for name in _KEY)
        yield from zip(zip(*columns, strict=True), of_part, strict=True)
