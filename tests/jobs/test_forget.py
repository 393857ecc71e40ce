"""`microemo forget` as it is called, and what `annotate` does with what was forgotten."""

import json
from pathlib import Path

import pytest

from jobs.command import main
from pipeline.dataset.folder import DatasetFolder
from stages.rows import ANNOTATION_COLUMNS, schema, to_table
from tests.clips import write_clip


@pytest.fixture
def dataset(tmp_path: Path) -> str:
    """Rows of `a.mp4` and `b.mp4`, which lie in `films`."""
    (tmp_path / "films").mkdir()
    output = DatasetFolder(str(tmp_path / "run"))
    rows = []
    for name in ("a.mp4", "b.mp4"):
        path = write_clip(tmp_path / "films" / name, seconds=0.2)
        rows.append(
            {"video_id": name, "uri": str(path), "window_index": 0, "window_id": f"{name}#0"}
        )
    table = to_table(rows, schema(ANNOTATION_COLUMNS, ("faces",), {}))
    output.write_table("annotations/part-0.parquet", table)
    output.write_bytes("run.json", json.dumps({}).encode())
    return str(tmp_path / "run")


def test_it_says_where_the_video_was(dataset: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["forget", dataset, "--video", "a.mp4"]) == 0
    told = capsys.readouterr().out
    assert "taken out of annotations/part-0.parquet: 1 rows" in told
    assert "a.mp4 is forgotten" in told
    assert main(["forget", dataset, "--video", "a.mp4", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"video_id": "a.mp4", "places": []}


def test_a_video_that_was_never_there_could_not_be_forgotten(
    dataset: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["forget", dataset, "--video", "A.mp4"]) == 1
    assert "Is it a.mp4?" in capsys.readouterr().err


def test_annotate_passes_it_over_unless_it_is_told_otherwise(
    dataset: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["forget", dataset, "--video", "a.mp4"])
    films = str(tmp_path / "films")
    again = ["annotate", films, "--out", dataset, "--dry-run", "--json"]
    Path(dataset, "run.json").unlink()  # it says nothing of the configuration
    capsys.readouterr()
    assert main(again) == 0
    told = capsys.readouterr()
    assert "a.mp4" not in told.out
    assert "they were forgotten (microemo forget): 1 videos" in told.err
    assert main([*again, "--take-forgotten"]) == 0
    assert "a.mp4" in capsys.readouterr().out
