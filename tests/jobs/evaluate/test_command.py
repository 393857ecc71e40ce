"""`microemo evaluate` as a person calls it."""

import json
from pathlib import Path

import pytest

from jobs.command import main
from tests.pipeline.evaluation.corpora import answers, truth_rows, write_answers, write_truth


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """Predictions and truth."""
    rows = truth_rows(30)
    given = write_answers(tmp_path / "given[1].jsonl", answers(rows))
    return [str(given), str(write_truth(tmp_path, rows))]


def test_scores_are_printed_with_what_to_know_first(
    files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", *files]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("The truth is that of synthetic clips")
    assert files[0] in shown  # brackets are no markup
    for words in ("emotion wheel F, level 1", "masked", "calibration error", "at most wrong"):
        assert words in shown
    assert "without a prediction: dev-" in shown


def test_json_and_the_page_hold_the_same(files: list[str], tmp_path: Path) -> None:
    figures, page = tmp_path / "f.json", tmp_path / "p.html"
    assert main(["evaluate", *files, "--json", str(figures), "--html", str(page)]) == 0
    found = json.loads(figures.read_text())
    score = found["labels"]["wheel_f_level1"]
    assert f"<td>{score['value']:.1f}</td>" in page.read_text()
    assert score["low"] < score["value"] < score["high"]
    assert found["confidence"]["reliability"][0]["count"] > 0
    assert found["agreement"] is None
    assert sum(map(sum, found["confusion"]["counts"])) == found["counts"]["rows"] == 60


def test_a_seed_gives_the_same_intervals(files: list[str], tmp_path: Path) -> None:
    texts = []
    for seed in ("5", "5", "6"):
        file = tmp_path / "f.json"
        assert main(["evaluate", *files, "--seed", seed, "--json", str(file)]) == 0
        texts.append(file.read_text())
    assert texts[0] == texts[1] != texts[2]


def test_groups_and_annotators_are_read(
    files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    groups = tmp_path / "groups.yaml"
    groups.write_text("- [happy, sad, angry, afraid, surprised, calm]\n")
    people = []
    for number, word in enumerate(("happy", "sad")):
        file = tmp_path / f"person{number}.csv"
        file.write_text(f"name,openset\na,\"['happy']\"\nb,\"['{word}']\"\n")
        people.append(str(file))
    options = ["--groups", str(groups), "--annotators", *people]
    assert main(["evaluate", *files, *options]) == 0
    shown = capsys.readouterr().out
    assert "agreement of 2 annotators, 2 rows" in shown
    assert f": {people[0]} and {people[1]}" in shown


@pytest.mark.parametrize(
    ("option", "name"),
    [
        ("--wheels", "none.npz"),
        ("--groups", "none.yaml"),
        ("--annotators", "none.csv"),
        ("--json", "none/f.json"),
        ("--html", "none/f.html"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(
    files: list[str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    option: str,
    name: str,
) -> None:
    assert main(["evaluate", *files, option, str(tmp_path / name)]) == 1
    told = capsys.readouterr().err
    assert told.startswith("microemo: ")
    assert str(tmp_path / name) in told


def test_predictions_that_are_not_there_are_named(
    files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", "/nowhere", files[1]]) == 1
    assert "/nowhere" in capsys.readouterr().err
