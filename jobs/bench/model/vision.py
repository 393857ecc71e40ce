"""How fast the encoder and the pooler are, and how near to the device's matrix rate."""

# mypy: disable-error-code="no-untyped-call"

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from jobs.bench.model.ceilings import Ceilings
from jobs.bench.model.clock import peak_memory, seconds
from jobs.bench.model.networks import encoder, pooler
from jobs.bench.model.task import Task

if TYPE_CHECKING:
    import torch

    from stages.model.neighbourhoods import Times
    from stages.model.windows import Faces

WINDOW_S = 12.0
CROPS_PER_S = 25
UTTERANCES = 4


@dataclass(frozen=True)
class VisionFigures:
    """One part's speed."""

    part: str
    unit: str  # what is counted: images, crops, windows
    per_s: float
    flops_each: float
    matrix_share: float  # of the measured matrix rate, 0..1
    peak_bytes: int


def measured_encoder(task: Task, ceilings: Ceilings) -> list[VisionFigures]:
    """The encoder on a batch of global frames, and on the faces of one window."""
    network = encoder(task.shape, task.device, task.dtype)
    frames = _pixels(task.frames, task.shape.vision_config.image_size, task.device)
    ids, mask = _timestamps(task)
    states, times_s = _window(task)
    faces = _faces(task)
    return [
        _figures(
            task,
            ceilings,
            ("encoder, frames", "images", len(frames)),
            lambda: network.frames(frames, ids, mask),
        ),
        _figures(
            task,
            ceilings,
            ("encoder, faces", "crops", len(faces.crops)),
            lambda: network.with_faces(states, times_s, faces),
        ),
    ]


def measured_pooler(task: Task, ceilings: Ceilings) -> VisionFigures:
    """The pooler on one window, of as many frames as it may have."""
    network = pooler(task.shape, task.device, task.dtype)
    states, times_s = _window(task)
    spans_s = list(pairwise(np.linspace(0, WINDOW_S, UTTERANCES + 1).tolist()))
    return _figures(
        task, ceilings, ("pool", "windows", 1), lambda: network(states, times_s, spans_s)
    )


def _figures(
    task: Task,
    ceilings: Ceilings,
    counted: tuple[str, str, int],
    work: "Callable[[], torch.Tensor]",
) -> VisionFigures:
    """Measure `work`, which is a part, doing so many of a unit."""
    import torch

    part, unit, count = counted
    with torch.inference_mode():
        flops = counted_flops(work)
        with peak_memory(task.device) as peak:
            taken_s = seconds(work, task.device, task.rounds)
    share = flops / taken_s / ceilings.matrix_flops
    return VisionFigures(part, unit, count / taken_s, flops / count, share, peak.bytes)


def counted_flops(work: "Callable[[], torch.Tensor]") -> float:
    """Floating-point operations of the matrix products and convolutions of `work`.

    PyTorch's counter knows neither every fused attention nor the fused encoder layer, so both are
    taken apart for the count.
    """
    from torch.nn.attention import SDPBackend, sdpa_kernel
    from torch.utils.flop_counter import FlopCounterMode

    counter = FlopCounterMode(display=False)
    with sdpa_kernel(SDPBackend.MATH), _no_fused_layers(), counter:
        work()
    return float(counter.get_total_flops())


@contextmanager
def _no_fused_layers() -> Iterator[None]:
    import torch

    before = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        yield
    finally:
        torch.backends.mha.set_fastpath_enabled(before)


def _timestamps(task: Task) -> "tuple[torch.Tensor, torch.Tensor]":
    """Random ids [F, L] int64 of sentences of the longest kind, the last quarter masked."""
    import torch

    size = (task.frames, task.shape.timestamp_length)
    ids = torch.randint(0, task.shape.qformer_config.vocab_size, size, device=task.device)
    mask = torch.ones_like(ids)
    mask[:, -(size[1] // 4) :] = 0
    return ids, mask


def _window(task: Task) -> "tuple[torch.Tensor, Times]":
    """Random states [T, K + L, D] of a window with all the frames it may have; their times [T]."""
    import torch

    shape = task.shape
    tokens = shape.num_query_tokens + shape.timestamp_length
    size = (shape.max_frames, tokens, shape.qformer_config.hidden_size)
    states = torch.randn(size, device=task.device).to(task.dtype)
    return states, np.linspace(0, WINDOW_S, shape.max_frames, endpoint=False)


def _faces(task: Task) -> "Faces":
    """One track through the whole window."""
    from stages.model.windows import Faces

    times_s = np.arange(0, WINDOW_S, 1 / CROPS_PER_S)
    crops = _pixels(len(times_s), task.shape.local_config.image_size, task.device)
    return Faces(crops, times_s, np.zeros(len(times_s), np.int64))


def _pixels(count: int, side: int, device: "torch.device") -> "torch.Tensor":
    """Random pictures [count, side, side, 3] uint8."""
    import torch

    size = (count, side, side, 3)
    return torch.randint(0, 256, size, dtype=torch.uint8, device=device)
