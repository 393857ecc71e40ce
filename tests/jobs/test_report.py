"""`microemo report`: the pages of a run made again."""

import json
from pathlib import Path

import pytest

from jobs.command import main
from tests.pipeline.conftest import annotation, failure, write_folder


@pytest.fixture
def run_folder(tmp_path: Path) -> Path:
    rows = [
        annotation(f"{number:03}", warnings=["Odd."] if number < 3 else []) for number in range(9)
    ]
    write_folder(tmp_path / "out", rows, failures=[failure("bad")])
    return tmp_path / "out"


def test_it_says_where_the_pages_are_and_how_much_they_show(
    run_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", str(run_folder), "--limit", "4"]) == 0
    assert capsys.readouterr().out.strip() == f"{run_folder}/report.html: 4 of 9 windows"
    assert "Shown: 4 of 9 windows" in (run_folder / "report.html").read_text()


def test_it_shows_what_is_asked_for(run_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["--only", "warned,failed", "--where", "window_index = 0", "--sort", "id", "--json"]
    assert main(["report", str(run_folder), *asked]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == {"location": f"{run_folder}/report.html", "windows": 3, "of": 3, "pages": 1}
    page = (run_folder / "report.html").read_text()
    assert "no container in it" in page
    assert main(["report", str(run_folder), "--only", "warned"]) == 0
    assert "no container in it" not in (run_folder / "report.html").read_text()


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (["--where", "nonsense"], 1, "there is no column nonsense"),
        (["--only", "sad"], 2, "'sad' is none of failed, abstained"),
        (["--sort", "mood"], 2, "invalid choice"),
    ],
)
def test_what_is_wrong_is_named_and_the_old_page_stays(
    run_folder: Path,
    options: list[str],
    code: int,
    said: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (run_folder / "report.html").write_text("old")
    try:
        ended = main(["report", str(run_folder), *options])
    except SystemExit as exit_:
        ended = int(str(exit_.code))
    assert ended == code
    assert said in capsys.readouterr().err
    assert (run_folder / "report.html").read_text() == "old"


def test_a_folder_that_is_no_run_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", str(tmp_path)]) == 1
    assert "is no dataset" in capsys.readouterr().err
