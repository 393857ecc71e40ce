"""DeepSpeed starts anywhere, leaves the model where it stands, and keeps the terminal clean."""

import logging
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from transformers import LlamaConfig, LlamaForCausalLM

from stages.faults import SetupError
from stages.generate.engines.deepspeed_inference import init_inference

ROOT = Path(__file__).parents[4]

PROGRAM = """
import os, sys
from stages.generate.engines.engine import Prompt
from stages.generate.engines.opening import open_engine
from stages.model.config import ModelConfig
from stages.model.loading import load_language_model
import torch
model, tokenizer = load_language_model(ModelConfig())
engine = open_engine("deepspeed", model, tokenizer)
words = model.get_input_embeddings()(torch.tensor([1, 9, 30]))
answers = engine.generate([Prompt(words[:1], "w", words[1:])], 4)
assert len(answers[0].ids) <= 4
assert not torch.distributed.is_initialized()
"""


@pytest.mark.slow
def test_a_bare_machine_is_enough_and_nothing_is_printed(tmp_path: Path) -> None:
    """No compiler, no ninja, no MPI on the path; variables of a launcher that is not there."""
    launcher = {"RANK": "3", "WORLD_SIZE": "8", "LOCAL_RANK": "3", "MASTER_PORT": "1"}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={"PATH": str(tmp_path), "HOME": str(tmp_path), "PYTHONPATH": str(ROOT), **launcher},
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_model_is_wrapped_as_it_is(language_model: tuple[Any, Any]) -> None:
    model = language_model[0]
    weights = {name: value.data_ptr() for name, value in model.named_parameters()}
    wrapped = init_inference(model)
    assert wrapped.module is model
    assert weights == {name: value.data_ptr() for name, value in model.named_parameters()}


def test_a_dtype_the_device_cannot_run_is_a_fault_of_the_set_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whether a CPU runs float16 differs from CPU to CPU; here it does not."""
    from deepspeed.accelerator import get_accelerator

    monkeypatch.setattr(get_accelerator(), "is_fp16_supported", lambda: False)
    shape = LlamaConfig(
        vocab_size=32,
        hidden_size=8,
        intermediate_size=8,
        num_hidden_layers=1,
        num_attention_heads=1,
    )
    model = LlamaForCausalLM(shape).half()
    with pytest.raises(SetupError, match=r"model\.dtype.*float16"):
        init_inference(model)


def test_deepspeed_logs_its_errors_and_prints_nothing(
    language_model: tuple[Any, Any], caplog: pytest.LogCaptureFixture, capsys: Any
) -> None:
    init_inference(language_model[0])
    log = logging.getLogger("DeepSpeed")
    log.warning("chatter")
    log.error("trouble")
    assert [record.message for record in caplog.records] == ["trouble"]
    assert capsys.readouterr().out == ""
