"""Keys that contradict each other are refused."""

import pytest
from pydantic import ValidationError

from stages.generate.config import GenerateConfig


@pytest.mark.parametrize("engine", ["transformers", "deepspeed-zero"])
def test_only_deepspeed_spreads_over_ranks(engine: str) -> None:
    with pytest.raises(ValidationError, match="tp_size above 1 is for the engine deepspeed"):
        GenerateConfig.model_validate({"engine": engine, "tp_size": 2})


def test_weights_on_disk_need_a_folder() -> None:
    with pytest.raises(ValidationError, match="needs zero_nvme_path"):
        GenerateConfig(zero_offload="nvme")


@pytest.mark.parametrize(
    "keys", [{"engine": "transformers"}, {"engine": "deepspeed-zero"}, {"tp_size": 2}]
)
def test_only_deepspeed_in_one_process_records_steps(keys: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="record_steps is for the engine deepspeed with"):
        GenerateConfig.model_validate({"record_steps": True, **keys})
