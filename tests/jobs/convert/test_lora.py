"""Merging is W + alpha / r * B A, computed in 32 bits whatever the types are."""

from pathlib import Path

import pytest
import torch

from jobs.convert.lora import lora_rank, merged
from jobs.convert.tensor_files import StoredTensor
from stages.faults import SetupError
from tests.jobs.convert import public_files as public

FILE = Path("timechat_7b.pth")


def _stored(value: torch.Tensor) -> StoredTensor:
    return StoredTensor(FILE, tuple(value.shape), value.dtype, value.clone)


def test_the_rank_is_that_of_the_tensors() -> None:
    held = {name: _stored(value) for name, value in public.timechat_state().items()}
    assert lora_rank(FILE, held) == public.RANK


def test_a_file_without_lora_is_named() -> None:
    held = {name: _stored(value) for name, value in public.video_llama_state().items()}
    with pytest.raises(SetupError, match=r"timechat_7b\.pth holds no LoRA"):
        lora_rank(FILE, held)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16])
def test_the_change_is_rounded_once(dtype: torch.dtype) -> None:
    weight, down, up = (torch.randn(*shape).to(dtype) for shape in ((6, 5), (2, 5), (6, 2)))
    exact = weight.double() + 1.5 * up.double() @ down.double()
    found = merged(_stored(weight), _stored(down), _stored(up), 1.5)
    assert found.dtype == dtype
    torch.testing.assert_close(found, exact.to(dtype), rtol=torch.finfo(dtype).eps, atol=1e-6)
