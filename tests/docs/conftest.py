"""What the pages call `samples` and `DIR`."""

import shutil
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, write_outside_package
from tests.pipeline.conftest import annotation, failure, write_folder


@pytest.fixture
def workplace(tmp_path: Path) -> Path:
    """A folder with a copy of the sample clips, to run things in."""
    shutil.copytree(ROOT / "samples", tmp_path / "samples", ignore=shutil.ignore_patterns("*.py"))
    return tmp_path


@pytest.fixture
def outside_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`my_package`, whose stage docs/development.md shows, can be imported."""
    monkeypatch.syspath_prepend(write_outside_package(tmp_path / "outside"))


@pytest.fixture(scope="session")
def finished_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run that is over: three videos, one of them failed."""
    folder = tmp_path_factory.mktemp("finished")
    rows = [annotation("a"), annotation("b", 0, 2), annotation("b", 1, 2)]
    write_folder(folder, rows, failures=[failure("c")])
    return folder
