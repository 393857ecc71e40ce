"""`microemo review`: what it says of wrong arguments. The server: tests/pipeline/review."""

from pathlib import Path

import pytest

from jobs.command import main


def test_a_folder_that_is_no_run_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["review", str(tmp_path), "--no-browser"]) == 1
    assert "is no dataset" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [
        ("--double", "1.5", "no share from 0 to 1"),
        ("--double", "x", "no share from 0 to 1"),
        ("--audit", "-1", "no whole number"),
        ("--port", "70000", "no port"),
        ("--agree", "", "is not an option here"),
    ],
)
def test_a_wrong_option_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str, value: str, told: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["review", str(tmp_path), f"{option}={value}"])
    assert ended.value.code == 2
    assert told in capsys.readouterr().err
