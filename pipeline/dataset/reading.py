"""The rows in the part files of a dataset, a few at a time."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.dataset.columns import columns_of, differing, reason
from pipeline.dataset.folder import DatasetFolder
from stages.faults import SetupError
from stages.rows import Row

_LIGHT_ROWS = 1024
_HEAVY_ROWS = 64
_TABLE_ROWS = 8192
FILES_AT_ONCE = 8
"""Files that are read side by side: on a store, each is waited for."""


def read_columns(folder: DatasetFolder, kind: str, columns: Sequence[str]) -> Iterator[pa.Table]:
    """The rows of a kind as tables of `columns`, in their order.

    Small parts are read whole, several side by side; a large one, as `microemo compact` makes it,
    a few thousand rows at a time. `column.field` is as in `read_light`; a column that the run
    did not make is of nulls.

    Raises:
        SetupError: as `read_light`.
    """
    for _, table in _side_by_side(_parts(folder, kind), columns):
        yield table


def read_places(
    folder: DatasetFolder, kind: str, columns: Sequence[str]
) -> Iterator[tuple[str, pa.Table]]:
    """As `read_columns`, each table with the name of its part; `read_row` takes it."""
    for part, table in _side_by_side(_parts(folder, kind), columns):
        yield part.name, table


def read_row(folder: DatasetFolder, name: str, number: int, columns: Sequence[str]) -> Row:
    """One row of a part, with `columns` only; a column that the run did not make is None.

    Args:
        folder: of the dataset.
        name: of the part.
        number: which of its rows, from 0.
        columns: as in `read_light`.

    Raises:
        SetupError: as `read_light`; or the part has no such row.
    """
    kind = name.partition("/")[0]
    part = _Part(folder, name, columns_of(folder, folder.part_names(kind)))
    return part.row(number, list(columns))


def read_light(folder: DatasetFolder, kind: str, columns: list[str]) -> Iterator[Row]:
    """Every row of a kind, with `columns` only; a column that the run did not make is None.

    `column.field` reads that field alone of a list of structs, and not the pictures beside it. An
    older run may lack the field: then the structs have another one.

    Raises:
        SetupError: a file cannot be read, or is no part of this dataset.
    """
    yield from _read(folder, kind, columns, _LIGHT_ROWS)


def read_heavy(folder: DatasetFolder, kind: str, columns: list[str]) -> Iterator[Row]:
    """As `read_light`, for columns that are large: fewer rows are in memory at once."""
    yield from _read(folder, kind, columns, _HEAVY_ROWS)


def read_of(
    folder: DatasetFolder, kind: str, columns: list[str], ids: set[str], of: str = "video_id"
) -> Iterator[Row]:
    """As `read_light`, of the given videos; a part without any costs one column's read.

    Args:
        folder: of the dataset.
        kind: of rows.
        columns: with the one of the ids among them.
        ids: of what is read.
        of: the column that they stand in.
    """
    wanted = pa.array(sorted(ids), pa.string())
    having = [
        part
        for part, found in _side_by_side(_parts(folder, kind), [of])
        if pc.any(pc.is_in(found.column(of), wanted)).as_py()
    ]
    for part in dict.fromkeys(having):
        for batch in part.batches(columns, _HEAVY_ROWS):
            own = batch.filter(pc.is_in(batch.column(of), wanted))
            yield from _rows(own, columns)


def read_whole(folder: DatasetFolder, kind: str) -> Iterator[tuple[str, pa.Table]]:
    """Each part file of a kind, its name and all of it.

    Raises:
        SetupError: as `read_light`.
    """
    for part in _parts(folder, kind):
        yield part.name, pa.Table.from_batches(part.batches(None, _LIGHT_ROWS), part.expected)


def read_checked(folder: DatasetFolder, name: str, expected: pa.Schema) -> Iterator[pa.RecordBatch]:
    """All of one part file, a few rows at a time, each page held to its checksum.

    Raises:
        SetupError: as `read_light`.
    """
    yield from _Part(folder, name, expected).batches(None, _HEAVY_ROWS, is_checked=True)


def _read(folder: DatasetFolder, kind: str, columns: list[str], rows: int) -> Iterator[Row]:
    for part in _parts(folder, kind):
        for batch in part.batches(columns, rows):
            yield from _rows(batch, columns)


@dataclass(frozen=True)
class _Part:
    """A part file, with the columns that those of its kind have."""

    folder: DatasetFolder
    name: str
    expected: pa.Schema = field(compare=False)

    def batches(
        self, columns: list[str] | None, rows: int, *, is_checked: bool = False
    ) -> Iterator[pa.RecordBatch]:
        with self._opened(is_checked=is_checked) as file:
            yield from file.iter_batches(rows, columns=columns and _there(file, columns))

    def table(self, columns: Sequence[str]) -> pa.Table | None:
        """All rows, with exactly `columns`, by their names without fields; None: too many."""
        with self._opened() as file:
            if file.metadata.num_rows > _TABLE_ROWS:
                return None
            # Other files are read meanwhile: that is what the threads are for.
            return _with_all(file.read(_there(file, columns), use_threads=False), columns)

    def tables(self, columns: Sequence[str]) -> Iterator[pa.Table]:
        """As `table`, some of the rows at a time."""
        for batch in self.batches(list(columns), _TABLE_ROWS):
            yield _with_all(pa.Table.from_batches([batch]), columns)

    def row(self, number: int, columns: list[str]) -> Row:
        """The row of that number; only its row group is read."""
        with self._opened() as file:
            for group in range(file.num_row_groups):
                rows = file.metadata.row_group(group).num_rows
                if number < rows:
                    table = file.read_row_group(group, _there(file, columns), use_threads=False)
                    return {
                        **dict.fromkeys(_names(columns)),
                        **table.slice(number, 1).to_pylist()[0],
                    }
                number -= rows
        raise self._refused("has fewer rows than it had")

    @contextmanager
    def _opened(self, *, is_checked: bool = False) -> Iterator[pq.ParquetFile]:
        try:
            with self.folder.open(self.name) as stream:
                file = pq.ParquetFile(stream, page_checksum_verification=is_checked)
                self._require_ours(file.schema_arrow)
                yield file
        except (pa.ArrowException, OSError) as fault:
            raise self._refused(f"cannot be read ({reason(fault)})") from fault

    def _require_ours(self, found: pa.Schema) -> None:
        """What is not ours must not count as done, nor be passed over without a word."""
        wrong = differing(self.expected, found)
        if wrong:
            raise self._refused(f"is no part of this dataset: it {wrong}")

    def _refused(self, what: str) -> SetupError:
        return SetupError(
            f"{self.folder.location}/{self.name}: {what}. Move it out of the folder: what a run "
            "wrote there is then owed, and the same command makes it again."
        )


def _parts(folder: DatasetFolder, kind: str) -> Iterator[_Part]:
    names = folder.part_names(kind)
    expected = columns_of(folder, names)
    for name in names:
        yield _Part(folder, name, expected)


def _names(columns: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(column.partition(".")[0] for column in columns))


def _with_all(table: pa.Table, columns: Sequence[str]) -> pa.Table:
    for name in _names(columns):
        if name not in table.column_names:
            table = table.append_column(name, pa.nulls(len(table)))
    return table


def _side_by_side(
    parts: Iterable[_Part], columns: Sequence[str]
) -> Iterator[tuple[_Part, pa.Table]]:
    pool = ThreadPoolExecutor(FILES_AT_ONCE)
    waiting = deque[tuple[_Part, Future[pa.Table | None]]]()

    def waited_for(most: int) -> Iterator[tuple[_Part, pa.Table]]:
        while len(waiting) > most:
            part, read = waiting.popleft()
            whole = read.result()
            for table in part.tables(columns) if whole is None else [whole]:
                yield part, table

    try:
        for part in parts:
            waiting.append((part, pool.submit(part.table, columns)))
            yield from waited_for(FILES_AT_ONCE - 1)
        yield from waited_for(0)
    finally:
        pool.shutdown(cancel_futures=True)


def _there(file: pq.ParquetFile, columns: Sequence[str]) -> list[str]:
    """What to ask of a file for `columns`; it passes over names that it has not."""
    if not any("." in column for column in columns):
        return list(columns)
    paths = [file.schema.column(at).path for at in range(len(file.schema))]
    return list(dict.fromkeys(path for column in columns for path in _paths(column, paths)))


def _paths(column: str, paths: list[str]) -> list[str]:
    """Those of a file's `paths` that are read for a column or a field of one."""
    name, _, field = column.partition(".")
    own = [path for path in paths if path.partition(".")[0] == name]
    if not field:
        return own
    return [path for path in own if field in path.split(".")[1:]] or own[:1]


def _rows(batch: pa.RecordBatch, columns: list[str]) -> Iterator[Row]:
    missing = dict.fromkeys(_names(columns))
    for row in batch.to_pylist():
        yield {**missing, **row}
