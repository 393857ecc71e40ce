"""GPUs, CPUs and memory against what the lanes book."""

import pytest
import torch

from pipeline.checks.machine import check_gpu, check_lanes, check_memory
from pipeline.config import load_config
from pipeline.lanes import cpus_at_hand
from stages.check import State


@pytest.fixture(autouse=True)
def _no_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RAY_ADDRESS", raising=False)


def test_no_gpu_is_needed_by_the_default() -> None:
    assert check_gpu(load_config()).state is State.OK


@pytest.mark.parametrize(
    "override", ["model.device=cuda", "transcribe.asr_device=cuda:0", "faces.device=cuda"]
)
def test_a_gpu_that_is_asked_for_must_be_there(override: str) -> None:
    check = check_gpu(load_config("tiny", [override]))
    if torch.cuda.is_available():
        assert check.state is State.OK
    else:
        assert check.state is State.FAIL
        assert override in check.detail


def test_a_gpu_that_no_stage_of_the_run_uses_is_not_asked_for() -> None:
    front = ["model.device=cuda", "stages=[transcribe,segment,decode,faces]"]
    assert check_gpu(load_config("tiny", front)).state is State.OK


def test_a_gpu_number_beyond_the_last_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    check = check_gpu(load_config("tiny", ["model.device=cuda:2"]))
    assert check.state is State.FAIL
    assert "only 2 GPUs" in check.detail


def test_lanes_that_fit_and_lanes_that_do_not() -> None:
    assert check_lanes(load_config()).state is State.OK
    crowded = check_lanes(load_config("tiny", [f"lanes.1.min_workers={20 * cpus_at_hand()}"]))
    assert crowded.state is State.FAIL
    assert "[decode+faces+evidence]" in crowded.detail


def test_memory_that_windows_may_outgrow_is_a_warning() -> None:
    assert check_memory(load_config()).state is State.OK
    check = check_memory(load_config("tiny", ["decode.max_analysis_mib=100000000"]))
    assert check.state is State.WARN
    assert "decode.max_analysis_mib" in check.remedy


def test_on_a_cluster_this_machine_is_not_what_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAY_ADDRESS", "auto")
    config = load_config("llama2-7b")
    states = {check(config).state for check in (check_gpu, check_lanes, check_memory)}
    assert states == {State.OK}
