"""Caches as a run leaves them, without a run."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from pipeline.config import Config, load_config
from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.layout import ANNOTATIONS, FAILURES
from pipeline.dataset.record import Origin, open_record
from pipeline.dataset.sink import Sink
from pipeline.identity import making_of
from stages.rows import Row

STAGES = "stages=[transcribe,segment,decode,faces,evidence,keep]"
Write = Callable[[Sequence[Row]], str]


def write_cache(location: str, rows: Sequence[Row], config: Config) -> str:
    """Write rows behind the last stage, in this order, in part files of three; the folder."""
    folder = DatasetFolder(location)
    making = making_of(config, {})
    open_record(folder, making, Origin("tiny", [], []), 1)
    recipe = config.recipe
    schemas = {ANNOTATIONS: recipe.annotation_schema, FAILURES: recipe.failure_schema}
    config = config.model_copy(update={"sink": config.sink.model_copy(update={"part_rows": 3})})
    sink = Sink(folder, config.sink, making.config_hash, schemas)
    for row in rows:
        sink.add(row)
    sink.flush()
    return folder.location


@pytest.fixture
def cache(tmp_path: Path) -> Write:
    """`write_cache` into the test's own folder."""
    return lambda rows: write_cache(str(tmp_path / "cache"), rows, load_config("tiny", [STAGES]))
