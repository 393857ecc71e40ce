"""The tour runs from its first cell to its last, and is kept without what it printed."""

import json
import shutil
from pathlib import Path
from typing import Any

import nbformat
import pyarrow.dataset as ds
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parents[1]
TOUR = ROOT / "docs" / "tour.ipynb"


def test_it_is_small_and_holds_no_output() -> None:
    assert TOUR.stat().st_size < 20_000
    cells: list[dict[str, Any]] = json.loads(TOUR.read_text("utf-8"))["cells"]
    for cell in cells:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None


def test_it_is_a_valid_notebook() -> None:
    nbformat.validate(nbformat.read(TOUR, as_version=4))


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_it_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "samples", tmp_path / "samples")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv("RAY_TMPDIR", "/tmp")  # a socket below a long TMPDIR has too long a name
    notebook = nbformat.read(TOUR, as_version=4)
    resources = {"metadata": {"path": str(tmp_path)}}
    NotebookClient(notebook, kernel_name="python3", timeout=600, resources=resources).execute()

    [out] = tmp_path.glob("*/annotated")
    videos = ds.dataset(out / "annotations").to_table()["video_id"].to_pylist()
    assert {*videos} == {path.name for path in (tmp_path / "samples").glob("*.mp4")}
    last = [cell for cell in notebook.cells if cell.cell_type == "code"][-1]
    assert [output.output_type for output in last.outputs] == ["execute_result"]
