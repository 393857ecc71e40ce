"""Steps that a GPU records once and plays back: the host starts one graph and no kernels."""

# mypy: disable-error-code="no-untyped-call"

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

log = logging.getLogger(__name__)

Kind = tuple[int, int]
Capture = Callable[[Callable[[], None]], Callable[[], None]]
"""Records what work does, without doing it, and gives what does it."""


class Recording:
    """Work of few kinds, each recorded once.

    A kind that is new is done as it stands, which warms it up; the second time it is recorded, and
    from then on played back. Work that cannot be recorded (some models ask the host in the middle
    of a pass) is done as it stands for ever, and a warning says so.

    Args:
        work: by the two numbers that tell its kind. Whatever it reads and writes lies in memory
            that stays, but for what it gives: that is lost at the next call.
        capture: of the device, `CudaGraphs`.
    """

    def __init__(self, work: "Callable[[int, int], torch.Tensor]", capture: Capture) -> None:
        self._work = work
        self._capture = capture
        self._plays: dict[Kind, Callable[[], None]] = {}
        self._made: dict[Kind, torch.Tensor] = {}  # where each kind that was met puts what it gives
        self._is_refused = False

    @property
    def recorded(self) -> int:
        """The kinds that are played back."""
        return len(self._plays)

    def __call__(self, first: int, second: int) -> "torch.Tensor":
        """What the work of this kind gives."""
        kind = (first, second)
        if kind not in self._made:
            return self._warmed_up(kind)
        if kind not in self._plays and not self._is_refused:
            self._record(kind)
        if self._is_refused:
            return self._work(*kind)
        self._plays[kind]()
        return self._made[kind]

    def _warmed_up(self, kind: Kind) -> "torch.Tensor":
        """Do it once. What kinds of one shape give has one place: one of them is read at a time."""
        import torch

        made = self._work(*kind)
        place = next((one for one in self._made.values() if one.shape == made.shape), None)
        self._made[kind] = torch.empty_like(made) if place is None else place
        return made

    def _record(self, kind: Kind) -> None:
        import torch

        place = self._made[kind]

        def into_its_place() -> None:
            place.copy_(self._work(*kind))

        try:
            self._plays[kind] = self._capture(into_its_place)
        except torch.OutOfMemoryError:
            raise
        except RuntimeError as fault:
            self._is_refused = True
            log.warning(
                "a step of this language model cannot be recorded and goes kernel by kernel: %s",
                str(fault).splitlines()[0],
            )


class CudaGraphs:
    """Records work on a GPU as CUDA graphs, which share the memory that they work in.

    They may, as long as one is played at a time and nothing in that memory is read afterwards.
    """

    def __init__(self, device: "torch.device") -> None:
        import torch

        self._device = device
        self._pool = torch.cuda.graph_pool_handle()

    def __call__(self, work: Callable[[], None]) -> Callable[[], None]:
        """Record it.

        Raises:
            RuntimeError: it asks the host for something, or moves what cannot be moved then.
        """
        import torch

        graph = torch.cuda.CUDAGraph()
        with (
            torch.cuda.device(self._device),
            # Other threads may go on with what they do on the device.
            torch.cuda.graph(graph, pool=self._pool, capture_error_mode="thread_local"),
        ):
            work()
        play: Callable[[], None] = graph.replay
        return play
