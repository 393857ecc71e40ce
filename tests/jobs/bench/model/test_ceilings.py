"""The ceilings are measured in the dtype asked for, on any size."""

import math

import pytest
import torch

from jobs.bench.model.ceilings import measured_ceilings


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_both_are_rates(dtype: torch.dtype) -> None:
    ceilings = measured_ceilings(torch.device("cpu"), dtype, side=128, copied_bytes=2**20)
    for rate in (ceilings.matrix_flops, ceilings.copy_bytes):
        assert 0 < rate < math.inf
