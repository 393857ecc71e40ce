"""What a machine can do at most: the rate of a large matrix product and of a large copy."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jobs.bench.model.clock import seconds

if TYPE_CHECKING:
    import torch

# Large enough to fill the device and to leave its caches; the product takes a fraction of a
# second on a core and milliseconds on a large GPU.
SIDE = {"cpu": 1536, "cuda": 8192}
COPIED_BYTES = {"cpu": 2**28, "cuda": 2**30}
ROUNDS = {"cpu": 5, "cuda": 20}


@dataclass(frozen=True)
class Ceilings:
    """The measured ceilings of one device and dtype."""

    matrix_flops: float  # floating-point operations a second
    copy_bytes: float  # bytes read and written a second


def measured_ceilings(
    device: "torch.device",
    dtype: "torch.dtype",
    side: int | None = None,
    copied_bytes: int | None = None,
) -> Ceilings:
    """Measure both on random data: on zeros a GPU draws less power and keeps a higher clock.

    Args:
        side: of the square matrices; by default what suits the kind of device.
        copied_bytes: of the copied buffer; likewise.
    """
    return Ceilings(
        _matrix_flops(device, dtype, side or SIDE[device.type]),
        _copy_bytes(device, copied_bytes or COPIED_BYTES[device.type]),
    )


def _matrix_flops(device: "torch.device", dtype: "torch.dtype", side: int) -> float:
    import torch

    one, other = (torch.randn(side, side, device=device).to(dtype) for _ in range(2))
    product = torch.empty_like(one)
    taken_s = seconds(lambda: torch.mm(one, other, out=product), device, ROUNDS[device.type])
    return 2 * side**3 / taken_s


def _copy_bytes(device: "torch.device", size: int) -> float:
    import torch

    source = torch.randint(-(2**63), 2**63 - 1, (size // 8,), device=device)
    target = torch.empty_like(source)
    taken_s = seconds(lambda: target.copy_(source), device, ROUNDS[device.type])
    return 2 * size / taken_s
