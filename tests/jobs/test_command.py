"""The entry point: commands, help, and errors without a trace."""

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from jobs.command import COMMANDS, _module, main


def test_every_command_has_a_line_of_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    shown = " ".join(capsys.readouterr().out.split())
    for name in COMMANDS:
        purpose = (importlib.import_module(_module(name)).__doc__ or "").partition("\n")[0]
        assert purpose
        assert f"{name} {purpose}" in shown


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    assert ended.value.code == 0
    assert f"microemo {name}" in capsys.readouterr().out


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out.split()[0] == "microemo"


def test_an_unknown_command_names_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["anotate", "x"])
    assert ended.value.code == 2
    assert capsys.readouterr().err == "microemo: anotate is not a command; did you mean annotate?\n"


def test_an_unknown_command_near_to_none(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["qqq"])
    assert ", ".join(COMMANDS) in capsys.readouterr().err


def test_without_a_command_there_is_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    shown = capsys.readouterr().out
    assert "annotate" in shown
    assert "130  stopped" in shown


@pytest.mark.parametrize(
    ("given", "nearest"),
    [
        (["annotate", "a.mp4", "--out", "o", "--prset", "tiny"], "--preset"),
        (["annotate", "a.mp4", "--ot", "o"], "--out"),
        (["annotate", "a.mp4", "--out", "o", "--dryrun"], "--dry-run"),
        (["config", "--st=a=b"], "--set"),
        (["doctor", "--jsn"], "--json"),
        (["convert", "--evaa", "x"], "--eva"),
        (["bench", "decode", "--round", "3"], "--rounds"),
    ],
)
def test_a_wrong_option_names_the_nearest(
    given: list[str], nearest: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(given)
    assert ended.value.code == 2
    assert capsys.readouterr().err.endswith(f"did you mean {nearest}?\n")


def test_what_a_person_can_cause_is_a_line_for_each_fault_and_exit_code_1(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["config", "--set", "sink.part_rows=0", "--set", "sink.x=1"]) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert all(line.startswith("microemo: ") for line in shown.err.splitlines())
    assert len(shown.err.splitlines()) == 2


def test_a_command_loads_only_what_it_needs() -> None:
    program = (
        "import sys; from jobs.command import main; main(['config']); "
        "print([m for m in ('ray', 'torch', 'av', 'transformers') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_reader_that_goes_away_is_no_fault() -> None:
    program = [sys.executable, "-m", "jobs.command", "config"]
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""


def test_the_installed_script_is_this_entry_point(tmp_path: Path) -> None:
    script = Path(sys.executable).with_name("microemo")
    done = subprocess.run(
        [script, "--version"], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert done.stdout.startswith("microemo ")
