"""`microemo bench model`: what it prints and writes, what it refuses."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from jobs.bench.model.command import ENGINES
from jobs.bench.model.engines import measured_engine
from jobs.command import main

pytestmark = pytest.mark.slow

QUICK = ["--threads", "1", "--prompts", "3", "--new-tokens", "3", "--frames", "2", "--rounds", "1"]


@pytest.fixture(autouse=True)
def small_ceilings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobs.bench.model.ceilings.SIDE", {"cpu": 64})
    monkeypatch.setattr("jobs.bench.model.ceilings.COPIED_BYTES", {"cpu": 2**16})


def test_it_prints_tables_and_writes_the_figures(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "figures.json"
    assert main(["bench", "model", *QUICK, "--json", str(file)]) == 0
    shown = capsys.readouterr().out
    for part in ("TFLOP/s", "GB/s", "images/s", "crops/s", "windows/s", "plain loop", *ENGINES):
        assert part in shown
    figures = json.loads(file.read_text())
    assert figures["preset"] == "tiny"
    assert figures["machine"]["dtype"] == "float32"
    assert figures["settings"] == {
        "prompts": 3,
        "batch": 64,
        "new_tokens": 3,
        "frames": 2,
        "rounds": 1,
    }
    assert [one["engine"] for one in figures["engines"]] == list(ENGINES)
    assert all(one["same_as_loop"] == one["compared"] == 3 for one in figures["engines"])
    assert set(figures["weights"]) == {"encoder", "pooler", "language_model"}


@pytest.fixture
def other_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every engine says something else than the loop."""

    def forged(*arguments: Any) -> Any:
        return replace(measured_engine(*arguments), same_as_loop=0)

    monkeypatch.setattr("jobs.bench.model.command.measured_engine", forged)


@pytest.mark.usefixtures("other_tokens")
def test_an_engine_that_says_something_else_fails_the_run(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["bench", "model", *QUICK, "--engines", "transformers"]) == 1
    assert "did not say what the plain loop says" in capsys.readouterr().out


@pytest.mark.usefixtures("other_tokens")
def test_in_16_bits_rounding_decides_between_words_and_is_only_told(tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    chosen = ["--engines", "transformers", "--loop-prompts", "1", "--dtype", "bfloat16"]
    assert main(["bench", "model", *QUICK, *chosen, "--json", str(file)]) == 0
    figures = json.loads(file.read_text())
    assert [one["engine"] for one in figures["engines"]] == ["transformers"]
    assert figures["loop"]["prompts"] == figures["engines"][0]["compared"] == 1
    assert figures["engines"][0]["same_as_loop"] == 0


@pytest.mark.parametrize("preset", ["llama2-7b", "qwen2.5-7b"])
def test_a_large_preset_is_counted_on_the_meta_device(
    preset: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "figures.json"
    chosen = ["--preset", preset, "--device", "meta", "--dtype", "bfloat16"]
    assert main(["bench", "model", *chosen, "--json", str(file)]) == 0
    written = json.loads(file.read_text())["weights"]["language_model"]
    assert f"{written['parameters']:,}" in capsys.readouterr().out
    assert written["bytes"] == 2 * written["parameters"] > 13e9


def test_what_memory_cannot_hold_is_refused_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    chosen = ["--preset", "llama2-7b", "--prompts", "100000", "--batch", "100000"]
    assert main(["bench", "model", *chosen]) == 1
    said = capsys.readouterr().err
    assert "--preset llama2-7b needs" in said
    assert "GB of weights" in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--device", "gpu"], "--device gpu is not cpu"),
        (["--device", "cuda:99"], "model.device is 'cuda:99' and"),
        (["--threads", "100000"], "--threads 100000 is not a number of 1 to 256"),
        (["--new-tokens", "4000"], "--new-tokens 4000 does not fit"),
        (
            ["--new-tokens=2", "--loop-prompts=1", "--engines=deepspeed", "--record-steps"],
            "generate.record_steps is for a GPU, and the language model is on the CPU",
        ),
    ],
)
def test_what_is_wrong_with_the_set_up_is_said(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["bench", "model", "--threads", "1", *arguments]) == 1
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--engines", "transformers,vllm"], "there is no engine 'vllm'"),
        (["--new-tokens", "1"], "'1' is no whole number of 2 or more"),
        (["--prompts", "-3"], "'-3' is no whole number of 1 or more"),
    ],
)
def test_a_wrong_argument_is_named(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["bench", "model", *arguments])
    assert ended.value.code == 2
    assert said in capsys.readouterr().err
