"""`microemo doctor`: a table for a person, JSON for a program, an exit code for both."""

import json
from pathlib import Path

import pytest

from jobs.command import main

_QUICK = ("--set", "generate.engine=transformers")  # does not start DeepSpeed


def test_the_default_preset_can_run(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["doctor", "--out", str(tmp_path / "out")]) == 0
    shown = capsys.readouterr().out
    for name in ("python", "packages", "deepspeed", "codecs", "output", "face detector", "model"):
        assert name in shown
    assert "tiny can run here" in shown
    assert not (tmp_path / "out").exists()


def test_a_preset_whose_models_are_not_there(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    away = ("--set", f"model.path={tmp_path}/no", "--set", f"faces.model_root={tmp_path}")
    assert main(["doctor", "--preset", "llama2-7b", *_QUICK, *away]) == 1
    shown = " ".join(capsys.readouterr().out.split())
    for part in (
        "Llama-2-7b-chat-hf",
        "13.5 GB",
        "LLaMA 2 Community License",
        "eva_vit_g.pth",
        "instruct_blip_vicuna7b_trimmed.pth",
        "VL_LLaMA_2_7B_Finetuned.pth",
        "timechat_7b.pth",
        "buffalo_l",
        "non-commercial research only",
        "large-v3",
        "3.1 GB",
        "llama2-7b cannot run here",
    ):
        assert part in shown


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--json", *_QUICK]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["ready"] is True
    assert {"name", "state", "detail", "remedy"} == set(report["checks"][0])
    assert {check["state"] for check in report["checks"]} == {"ok"}


def test_json_of_what_cannot_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--json", *_QUICK, "--set", "model.path=/nowhere"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["ready"] is False
    failed = [check for check in report["checks"] if check["state"] == "fail"]
    assert [check["name"] for check in failed] == ["model"]
