"""`microemo review` with decisions that are there, as it is called."""

import json
from pathlib import Path

import pytest

from jobs.command import main
from pipeline.dataset.folder import DatasetFolder
from stages.rows import ANNOTATION_COLUMNS, schema, to_table


@pytest.fixture
def dataset(tmp_path: Path) -> str:
    """A run with one utterance of joy."""
    output = DatasetFolder(str(tmp_path / "run"))
    spoken = [{"index": 0, "start_s": 0.0, "end_s": 2.0, "labels": ["joy"]}]
    row = {"video_id": "a", "window_id": "a#0", "window_index": 0, "utterances": spoken}
    columns = schema(ANNOTATION_COLUMNS, ("faces", "generate"), {})
    output.write_table("annotations/part-0.parquet", to_table([row], columns))
    output.write_bytes("run.json", b"{}")
    return output.location


def test_decisions_come_in_and_are_weighed(
    dataset: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "decisions.csv"
    file.write_text("unit_id,verdict,labels,task,seconds\na#u0,corrected,happy,audit,5\n")
    assert main(["review", dataset, "--import", str(file), "--reviewer", "anna"]) == 0
    assert "1 decisions were added, 0 were there already" in capsys.readouterr().out
    assert main(["review", dataset, "--agreement"]) == 0
    told = capsys.readouterr().out
    assert "no row was decided blind by two reviewers" in told
    assert "100 %" in told
    assert "say" in told
    assert "nothing of the whole dataset" in told
    assert main(["review", dataset, "--agreement", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["audited"]["first_label"]["right"] == 1
    assert found["efforts"]["anna"]["median_s"] == 5


def test_a_file_that_is_not_there_is_named(
    dataset: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["review", dataset, "--import", "/nowhere.csv", "--reviewer", "anna"]) == 1
    assert "/nowhere.csv: cannot be read" in capsys.readouterr().err
