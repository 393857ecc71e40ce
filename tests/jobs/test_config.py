"""`microemo config`: the tree as YAML."""

from pathlib import Path

import pytest

from jobs.command import main
from pipeline.config import describe, load_config


def test_it_prints_the_resolved_tree(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "--preset", "llama2-7b", "--set", "sink.part_rows=7"]) == 0
    assert capsys.readouterr().out == describe(load_config("llama2-7b", ["sink.part_rows=7"]))


def test_what_it_prints_can_be_given_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["config", "--set", "segment.max_window_s=12"])
    first = capsys.readouterr().out
    (tmp_path / "run.yaml").write_text(first, encoding="utf-8")
    main(["config", "--preset", str(tmp_path / "run.yaml")])
    assert capsys.readouterr().out == first


def test_colours_only_on_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["config"])
    assert "\x1b[" not in capsys.readouterr().out
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    main(["config"])
    assert "\x1b[" in capsys.readouterr().out
