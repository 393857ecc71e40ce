"""The sink: finished rows into whole Parquet files."""

import time
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Literal

import pyarrow as pa
from pydantic import Field

from pipeline.dataset.columns import columns_to_write, group_rows
from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.layout import ANNOTATIONS, FAILURES, NO_ROWS, part_name
from stages.rows import SCHEMA_VERSION, Row, to_table
from stages.section import Section


class SinkConfig(Section):
    """How finished rows are gathered into files."""

    part_rows: int = Field(256, ge=1, description="Rows after which a Parquet file is written.")
    part_seconds: float = Field(
        20.0,
        gt=0,
        description="Seconds after which waiting rows are written, however few; what a kill loses.",
    )
    keep: tuple[Literal["visual_tokens"], ...] = Field(
        (),
        description="Columns written beside the results: [visual_tokens], so that language model "
        "and prompts can change without the encoder (annotate --again).",
    )


class Sink:
    """Gathers rows and writes them as part files, annotations and failures apart.

    A row is done when it stands in a whole part file; nothing else remembers progress.
    """

    def __init__(
        self,
        folder: DatasetFolder,
        config: SinkConfig,
        config_hash: str,
        schemas: Mapping[str, pa.Schema],
    ) -> None:
        """Make both folders, with a part of no rows each.

        Rows that stand there already decide on the columns of those that are added.

        Args:
            folder: the dataset's.
            config: the section.
            config_hash: of the run, for every row.
            schemas: of annotations and failures, by the name of their folder.

        Raises:
            SetupError: rows that stand there lack columns that are to be written.
        """
        self._folder = folder
        self._config = config
        self._config_hash = config_hash
        self._schemas = {
            name: columns_to_write(folder, name, schema) for name, schema in schemas.items()
        }
        for name, schema in schemas.items():
            if not folder.exists(f"{name}/{NO_ROWS}"):
                folder.write_columns(f"{name}/{NO_ROWS}", schema)
        self._waiting: dict[str, list[Row]] = {ANNOTATIONS: [], FAILURES: []}
        self._flushed_at = time.monotonic()
        self.annotations = 0  # rows written
        self.utterances_asked_about = 0  # of them that a model was to label
        self.utterances_abstained = 0  # of those: it gave no label
        self.failure_kinds: Counter[str] = Counter()  # rows written, by kind

    def add(self, row: Row) -> None:
        """Take a finished row; write when enough rows or seconds have gathered."""
        folder = ANNOTATIONS if row.get("error") is None else FAILURES
        self._waiting[folder].append(
            {
                **row,
                "schema_version": SCHEMA_VERSION,
                "config_hash": self._config_hash,
                "created_at": datetime.now(UTC),
            }
        )
        self.flush_if_due()

    def flush_if_due(self) -> None:
        """Write what waits when it is many rows or has waited long."""
        rows = max(len(waiting) for waiting in self._waiting.values())
        waited = time.monotonic() - self._flushed_at
        if rows >= self._config.part_rows or waited >= self._config.part_seconds:
            self.flush()

    def flush(self) -> None:
        """Write what waits.

        Raises:
            SetupError: it cannot be written; or what is written has left too little room to go on.
        """
        for folder, schema in self._schemas.items():
            rows, self._waiting[folder] = self._waiting[folder], []
            if rows:
                table = to_table(rows, schema)
                self._folder.write_table(part_name(folder), table, group_rows(schema))
                self._count(folder, rows)
        self._flushed_at = time.monotonic()
        self._folder.require_room()

    def _count(self, folder: str, rows: list[Row]) -> None:
        if folder == ANNOTATIONS:
            self.annotations += len(rows)
            for said in (said for row in rows for said in row.get("utterances") or []):
                abstained = said.get("abstained")
                self.utterances_asked_about += abstained is not None
                self.utterances_abstained += bool(abstained)
        else:
            self.failure_kinds.update(row["error"]["kind"] for row in rows)
