"""What encode and pool hand on: 16-bit floats that are sound."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import torch


def to_float16(values: "torch.Tensor", what: str) -> NDArray[np.float16]:
    """`values` as a float16 array on the CPU.

    Raises:
        FloatingPointError: some are not finite, or too large for 16 bits; the message says of
            `what`, and what to change.
    """
    handed: NDArray[Any] = values.half().cpu().numpy()
    broken = np.count_nonzero(~np.isfinite(handed))
    if broken:
        raise FloatingPointError(
            f"{broken} of {handed.size} {what} are not finite in 16 bits; the weights are broken, "
            "or model.dtype is too narrow for them (bfloat16 and float32 hold what float16 cannot)"
        )
    return handed
