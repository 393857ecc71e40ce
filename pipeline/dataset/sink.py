"""The sink: finished rows into whole Parquet files."""

import time
import uuid
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from pydantic import Field

from pipeline.dataset.folder import DatasetFolder
from stages.rows import ANNOTATION_SCHEMA, FAILURE_SCHEMA, SCHEMA_VERSION, to_table
from stages.section import Section

ANNOTATIONS = "annotations"
FAILURES = "failures"


class SinkConfig(Section):
    """How finished rows are gathered into files."""

    part_rows: int = Field(256, ge=1, description="Rows after which a Parquet file is written.")
    part_seconds: float = Field(
        20.0,
        gt=0,
        description="Seconds after which waiting rows are written, however few; what a kill loses.",
    )


class Sink:
    """Gathers rows and writes them as part files, annotations and failures apart.

    A row is done when it stands in a whole part file; nothing else remembers progress.
    """

    def __init__(self, output: DatasetFolder, config: SinkConfig, config_hash: str) -> None:
        self._output = output
        self._config = config
        self._config_hash = config_hash
        self._waiting: dict[str, list[dict[str, Any]]] = {ANNOTATIONS: [], FAILURES: []}
        self._flushed_at = time.monotonic()
        self.annotations = 0  # rows written
        self.failure_kinds: Counter[str] = Counter()  # rows written, by kind

    def add(self, row: dict[str, Any]) -> None:
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
        """Write what waits."""
        for folder, schema in ((ANNOTATIONS, ANNOTATION_SCHEMA), (FAILURES, FAILURE_SCHEMA)):
            rows, self._waiting[folder] = self._waiting[folder], []
            if rows:
                self._output.write_table(_part_name(folder), to_table(rows, schema))
                self._count(folder, rows)
        self._flushed_at = time.monotonic()

    def _count(self, folder: str, rows: list[dict[str, Any]]) -> None:
        if folder == ANNOTATIONS:
            self.annotations += len(rows)
        else:
            self.failure_kinds.update(row["error"]["kind"] for row in rows)


def _part_name(folder: str) -> str:
    """A new name that sorts by time and cannot meet another run's."""
    now = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    return f"{folder}/part-{now}-{uuid.uuid4().hex[:8]}.parquet"
