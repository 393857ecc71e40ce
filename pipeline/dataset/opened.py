"""A dataset that a run wrote, opened to be read: tables of windows, of utterances, of failures."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.layout import ANNOTATIONS, FAILURES, RECORD
from pipeline.dataset.record import read_record
from stages.faults import SetupError

_BATCH_ROWS = 1024
_OF_WINDOW = ("video_id", "uri", "window_id", "window_index", "language", "extra")
_OF_MODEL = ("name", "revision", "trained")
_OF_VOICE = ("words", "pitch_hz", "loudness_db", "pace")
_UTTERANCES = "utterances"
_PREFIXED = frozenset(("index", "start_s", "end_s", *_OF_WINDOW))


def open_dataset(location: str) -> "Dataset":
    """The dataset in a folder, local or any URI that fsspec opens.

    Raises:
        SetupError: it cannot be opened, or no run wrote there.
    """
    try:
        folder = DatasetFolder(location)
    except SetupError as fault:
        raise SetupError(str(fault).removeprefix("--out ")) from fault
    return Dataset(folder)


class Dataset:
    """What stands in the folder of a run. Rows come in the order in which they were finished.

    It reads when it is asked, so a run that goes on in the folder shows with the next call. Tables
    are as large as what they hold; the iterators hold a batch at a time.
    """

    def __init__(self, folder: DatasetFolder) -> None:
        """
        Raises:
            SetupError: no run wrote there.
        """
        self._folder = folder
        try:
            is_dataset = folder.exists(RECORD)
        except Exception as fault:  # every storage has exceptions of its own
            raise SetupError(f"{folder.location}: cannot be opened: {fault}") from fault
        if not is_dataset:
            raise SetupError(
                f"{folder.location}: is no dataset: it has no {RECORD}. Name the folder that was "
                "given to `microemo annotate --out`."
            )

    def __repr__(self) -> str:
        return f"Dataset({self.location!r})"

    @property
    def location(self) -> str:
        """The folder: an absolute path or a URI."""
        return self._folder.location

    @cached_property
    def record(self) -> dict[str, Any]:
        """What the run was made with: the content of run.json.

        Raises:
            SetupError: it cannot be read.
        """
        return read_record(self._folder)

    @property
    def annotation_columns(self) -> list[str]:
        """The names of the columns of annotated windows.

        Raises:
            SetupError: a file cannot be read, or there is none.
        """
        names: list[str] = self._columns(ANNOTATIONS).names
        return names

    def annotations(self, columns: Sequence[str] | None = None) -> pa.Table:
        """A row for each annotated window, with all columns or those named.

        Raises:
            SetupError: a file cannot be read, or there is no such column.
        """
        return self._table(ANNOTATIONS, columns)

    def failures(self, columns: Sequence[str] | None = None) -> pa.Table:
        """A row for each window or video that could not be annotated.

        Raises:
            SetupError: a file cannot be read, or there is no such column.
        """
        return self._table(FAILURES, columns)

    def utterances(self) -> pa.Table:
        """A row for each utterance: which window it is of, and its own fields, flat.

        `index`, `start_s` and `end_s` of an utterance are called `utterance_index`,
        `utterance_start_s` and `utterance_end_s`, for windows have such columns too; its other
        fields keep their names: `labels` are those of the utterance. The model stands there as
        `model_name`, `model_revision` and `model_trained`, where a run has one, and of the voice
        the words and a few figures as `voice_words`, `voice_pitch_hz`, `voice_loudness_db` and
        `voice_pace`. A window without utterances gives no row.

        Raises:
            SetupError: a file cannot be read.
        """
        empty = _flat(pa.RecordBatch.from_pylist([], schema=self._nested_columns()))
        return pa.Table.from_batches(list(self.iter_utterances()), schema=empty.schema)

    def iter_annotations(self, columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
        """As `annotations`, a batch at a time."""
        return self._batches(ANNOTATIONS, columns)

    def iter_utterances(self) -> Iterator[pa.RecordBatch]:
        """As `utterances`, a batch at a time."""
        for batch in self._batches(ANNOTATIONS, self._nested_columns().names):
            yield _flat(batch)

    def _nested_columns(self) -> pa.Schema:
        """Of a window, what its utterances have; a run without a model names none."""
        there = self._columns(ANNOTATIONS)
        wanted = (*_OF_WINDOW, "model", _UTTERANCES)
        return pa.schema([there.field(name) for name in wanted if name in there.names])

    def _table(self, kind: str, columns: Sequence[str] | None) -> pa.Table:
        batches = list(self._batches(kind, columns))
        names = self._columns(kind).names if columns is None else list(columns)
        columns_there = pa.schema([self._columns(kind).field(name) for name in names])
        return pa.Table.from_batches(batches, schema=columns_there)

    def _columns(self, kind: str) -> pa.Schema:
        """The columns of a kind of rows; each folder holds a part, if only one without rows."""
        name = next(iter(self._folder.part_names(kind)), None)
        if name is None:
            raise SetupError(f"{self.location}/{kind}: holds no Parquet file")
        with self._folder.open(name) as stream:
            return pq.read_schema(stream)

    def _batches(self, part: str, columns: Sequence[str] | None) -> Iterator[pa.RecordBatch]:
        for name in self._folder.part_names(part):
            place = f"{self.location}/{name}"
            try:
                with self._folder.open(name) as stream:
                    file = pq.ParquetFile(stream)
                    _require_columns(place, file.schema_arrow.names, columns)
                    yield from file.iter_batches(
                        _BATCH_ROWS, columns=None if columns is None else list(columns)
                    )
            except (pa.ArrowException, OSError) as fault:
                raise SetupError(f"{place}: cannot be read: {fault}") from fault


def _require_columns(place: str, there: Sequence[str], columns: Sequence[str] | None) -> None:
    """Look whether the columns are there; pyarrow would leave the others out without a word.

    Raises:
        SetupError: one is not.
    """
    for column in columns or ():
        if column not in there:
            raise SetupError(f"{place}: has no column {column}; there are {', '.join(there)}")


def _flat(windows: pa.RecordBatch) -> pa.RecordBatch:
    """A row for each utterance of the windows."""
    lists = windows.column(_UTTERANCES)
    utterances = pc.list_flatten(lists)
    there = windows.schema.names  # what an older run wrote has no extra
    found = {name: windows.column(name) for name in _OF_WINDOW if name in there}
    if "model" in there:
        model = windows.column("model")
        found |= {f"model_{part}": pc.struct_field(model, part) for part in _OF_MODEL}
    window_of_each = pc.list_parent_indices(lists)
    found = {name: column.take(window_of_each) for name, column in found.items()}
    for field, column in zip(utterances.type, utterances.flatten(), strict=True):
        found |= _of_field(field, column)
    return pa.RecordBatch.from_arrays(list(found.values()), names=list(found))


def _of_field(field: pa.Field, column: pa.Array) -> dict[str, pa.Array]:
    """The flat columns that a field of an utterance gives."""
    if field.name == "voice":
        parts = {part.name for part in field.type} & {*_OF_VOICE}
        return {
            f"voice_{part}": pc.struct_field(column, part) for part in _OF_VOICE if part in parts
        }
    return {f"utterance_{field.name}" if field.name in _PREFIXED else field.name: column}
