"""Only sound numbers are handed on."""

import numpy as np
import pytest
import torch

from stages.model.handover import to_float16


def test_values_are_handed_on_in_16_bits() -> None:
    handed = to_float16(torch.tensor([[0.5, -2.0]], dtype=torch.bfloat16), "states")
    assert handed.dtype == np.float16
    assert handed.tolist() == [[0.5, -2.0]]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e6])
def test_what_16_bits_do_not_hold_is_an_error(value: float) -> None:
    with pytest.raises(FloatingPointError, match="1 of 3 states"):
        to_float16(torch.tensor([0.0, value, 1.0]), "states")
