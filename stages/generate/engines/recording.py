"""Steps that a GPU records once and plays back: the host starts one graph and no kernels."""

# mypy: disable-error-code="no-untyped-call"

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

log = logging.getLogger(__name__)


class Recording:
    """Work of few kinds on a GPU, each recorded as a CUDA graph.

    A kind that is new is done as it stands, which warms it up; the second time it is recorded, and
    from then on played back. Work that cannot be recorded (some models ask the host in the middle
    of a pass) is done as it stands for ever, and a warning says so.

    Args:
        work: by the numbers that tell its kind. Whatever it reads and writes lies in memory that
            stays, but for what it gives, which is lost at the next call.
        device: the GPU.
    """

    def __init__(self, work: "Callable[[int, int], torch.Tensor]", device: "torch.device") -> None:
        self._work = work
        self._device = device
        self._graphs: dict[tuple[int, int], torch.cuda.CUDAGraph] = {}
        self._made: dict[tuple[int, int], torch.Tensor] = {}  # for each kind met so far
        self._refused = False

    @property
    def recorded(self) -> int:
        """The kinds that are played back."""
        return len(self._graphs)

    def __call__(self, *kind: int) -> "torch.Tensor":
        """What the work of this kind gives."""
        rows, reach = kind
        if (rows, reach) not in self._made:
            return self._first((rows, reach))
        if (rows, reach) not in self._graphs and not self._refused:
            self._record((rows, reach))
        if self._refused:
            return self._work(rows, reach)
        self._graphs[rows, reach].replay()
        return self._made[rows, reach]

    def _first(self, kind: tuple[int, int]) -> "torch.Tensor":
        """Do it once; what other kinds of its shape give is put where this will be, too."""
        import torch

        made = self._work(*kind)
        alike = (one for one in self._made.values() if one.shape == made.shape)
        place = next(alike, None)
        self._made[kind] = torch.empty_like(made) if place is None else place
        return made

    def _record(self, kind: tuple[int, int]) -> None:
        import torch

        graph = torch.cuda.CUDAGraph()
        pool = next((other.pool() for other in self._graphs.values()), None)
        try:
            with (
                torch.cuda.device(self._device),
                torch.cuda.graph(graph, pool=pool, capture_error_mode="thread_local"),
            ):
                self._made[kind].copy_(self._work(*kind))
        except torch.OutOfMemoryError:
            raise
        except RuntimeError as fault:
            self._refused = True
            log.warning(
                "a step of the language model cannot be recorded, so each kernel is started by"
                " itself: %s",
                str(fault).splitlines()[0],
            )
        else:
            self._graphs[kind] = graph
