"""A folder that is no language model is told apart before anything is written."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch

from jobs.convert.language_model import language_model_config
from jobs.convert.tensor_files import StoredTensor
from stages.faults import SetupError
from tests.jobs.convert import public_files as public


def _tensors(count: int) -> dict[str, StoredTensor]:
    one = StoredTensor(Path("x"), (1,), torch.float32, lambda: torch.ones(1))
    return {str(at): one for at in range(count)}


def test_the_configuration_is_the_folders(tmp_path: Path) -> None:
    public.write_llama(tmp_path)
    config: Any = language_model_config(tmp_path, _tensors(9))
    assert (config.model_type, config.hidden_size) == ("llama", public.LLM_WIDTH)


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ({"model_type": "clip_vision_model"}, "no causal language model"),
        ({"model_type": "nothing_known"}, "not usable"),
        ({"hidden_size": 4}, "not usable"),
        ({"model_type": "llama", "num_hidden_layers": 10**9}, "claims 1000000000 layers"),
    ],
)
def test_another_configuration_is_refused(
    tmp_path: Path, written: dict[str, Any], message: str
) -> None:
    (tmp_path / "config.json").write_text(json.dumps(written))
    with pytest.raises(SetupError, match=rf"config\.json.*{message}"):
        language_model_config(tmp_path, _tensors(9))


def test_a_folder_without_a_configuration_is_named(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"holds no config\.json"):
        language_model_config(tmp_path, _tensors(9))


def test_code_that_a_folder_brings_is_not_run(tmp_path: Path) -> None:
    made = tmp_path / "made"
    (tmp_path / "configuration_x.py").write_text(f"open({str(made)!r}, 'w')\n")
    auto = {"AutoConfig": "configuration_x.XConfig"}
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "x", "auto_map": auto}))
    with pytest.raises(SetupError, match="not usable"):
        language_model_config(tmp_path, _tensors(9))
    assert not made.exists()
