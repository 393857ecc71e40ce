"""ZeRO stage 3 says what the model itself says, wherever its weights are kept."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

from stages.faults import SetupError
from stages.generate.engines.deepspeed_zero import init_zero
from stages.generate.engines.opening import open_engine

ROOT = Path(__file__).parents[4]

# A process of its own: DeepSpeed starts a process group in it.
PROGRAM = """
import sys, torch
from stages.generate.config import GenerateConfig
from stages.generate.engines.engine import Prompt
from stages.generate.engines.opening import open_language_model
from stages.model.config import ModelConfig
def answers(**given):
    config = GenerateConfig(**given)
    model = open_language_model(config, ModelConfig(device=sys.argv[1]))
    with torch.no_grad():
        ids = [torch.arange(9 + at, 40 + 7 * at).to(sys.argv[1]) for at in range(5)]
        words = [model.embedding(own) for own in ids]
    prompts = [Prompt(row[:4], str(at), row[4:]) for at, row in enumerate(words)]
    assert model.engine.name == config.engine
    return model.engine.generate(prompts, 12)
plain = answers(engine="transformers")
for offload in ("cpu", "none"):
    held = answers(engine="deepspeed-zero", zero_offload=offload)
    assert [one.ids for one in held] == [one.ids for one in plain]
"""


@pytest.mark.parametrize(
    "device",
    [pytest.param("cpu", marks=pytest.mark.slow), pytest.param("cuda", marks=pytest.mark.gpu)],
)
def test_weights_fetched_as_they_come_give_the_same_tokens(device: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, device],
        env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


def test_a_device_that_deepspeed_does_not_compute_on_is_a_fault_of_the_set_up(
    language_model: tuple[Any, Any],
) -> None:
    with pytest.raises(SetupError, match=r"model\.device is 'meta'"):
        init_zero(language_model[0], torch.device("meta"), "cpu", None)


def test_a_machine_without_asynchronous_reads_is_told_what_it_lacks(
    language_model: tuple[Any, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Whether libaio is there differs from machine to machine; here it is not."""
    from deepspeed.ops.op_builder import AsyncIOBuilder

    monkeypatch.setattr(AsyncIOBuilder, "is_compatible", lambda self, verbose=False: False)
    with pytest.raises(SetupError, match="libaio"):
        open_engine(
            "deepspeed-zero",
            *language_model,
            zero_offload="nvme",
            zero_nvme_path=str(tmp_path),
        )
