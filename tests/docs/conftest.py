"""What the pages call `samples` and `DIR`."""

import json
import shutil
from pathlib import Path

import pytest

from pipeline.dataset.folder import DatasetFolder
from stages.rows import ANNOTATION_SCHEMA, FAILURE_SCHEMA, to_table
from tests.docs.pages import ROOT
from tests.pipeline.conftest import RECORD, annotation, failure


@pytest.fixture
def workplace(tmp_path: Path) -> Path:
    """A folder with a copy of the sample clips, to run things in."""
    shutil.copytree(ROOT / "samples", tmp_path / "samples", ignore=shutil.ignore_patterns("*.py"))
    return tmp_path


@pytest.fixture(scope="session")
def finished_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run that is over: three videos, one of them failed."""
    folder = tmp_path_factory.mktemp("finished")
    output = DatasetFolder(str(folder))
    rows = [annotation("a"), annotation("b", 0, 2), annotation("b", 1, 2)]
    output.write_table("annotations/part-000.parquet", to_table(rows, ANNOTATION_SCHEMA))
    output.write_table("failures/part-000.parquet", to_table([failure("c")], FAILURE_SCHEMA))
    output.write_bytes("run.json", json.dumps(RECORD).encode())
    return folder
