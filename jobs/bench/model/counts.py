"""What a decoding step asks of a device, counted and not timed: so a CPU tells it of a GPU too."""

# mypy: disable-error-code="no-untyped-call"

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from stages.generate.engines.engine import Engine, Prompt

if TYPE_CHECKING:
    import torch

FEW, MANY = 5, 13  # tokens of the two runs whose difference is counted

# Neither computes nor copies: memory is taken, or another view of it.
_FREE = ("empty", "new_empty", "_unsafe_view", "lift_fresh", "detach", "device")
# Of their first argument they touch only what the others name.
_PARTLY = ("copy", "embedding", "gather", "index", "scatter")
# The host waits for their result, because it is a number or a shape there.
_WAITED_FOR = ("_local_scalar_dense", "equal", "nonzero", "masked_select", "_unique2")
# So do these, which on a CPU are no operations at all.
_TAKEN_TO_HOST = ("tolist", "cpu", "numpy", "__array__")


@dataclass
class Counts:
    """What some work came to."""

    calls: int = 0  # operations that compute or copy: about the kernels that a GPU starts
    host_transfers: int = 0  # times that the host waits for what the device has computed
    moved_bytes: int = 0  # read and written by those calls, each as if without a cache


@dataclass(frozen=True)
class StepCounts:
    """The same of one step of decoding."""

    calls: float
    host_transfers: float
    moved_bytes: float


def counted_step(engine: Engine, prompts: Sequence[Prompt]) -> StepCounts:
    """What one step of `engine` takes with all the prompts at once, on the mean of many.

    Args:
        prompts: whose answers end at the limit alone.
    """
    few, many = (_counted_answers(engine, prompts, tokens) for tokens in (FEW, MANY))
    steps = MANY - FEW
    return StepCounts(
        (many.calls - few.calls) / steps,
        (many.host_transfers - few.host_transfers) / steps,
        (many.moved_bytes - few.moved_bytes) / steps,
    )


def _counted_answers(engine: Engine, prompts: Sequence[Prompt], tokens: int) -> Counts:
    # An engine that remembers windows must read them each time.
    anew = [replace(one, prefix_id=f"{tokens} counted {one.prefix_id}") for one in prompts]
    with counting() as counts:
        engine.generate(anew, tokens)
    return counts


@contextmanager
def counting() -> Iterator[Counts]:
    """Counts what is done inside the `with`."""
    counts = Counts()
    with _watched_functions(counts), _watched_operations(counts):
        yield counts


def _watched_functions(counts: Counts) -> Any:
    from torch.overrides import TorchFunctionMode

    class Watch(TorchFunctionMode):
        def __torch_function__(
            self, func: Any, types: Any, args: Any = (), kwargs: Any = None
        ) -> Any:
            if getattr(func, "__name__", "") in _TAKEN_TO_HOST:
                counts.host_transfers += 1
            return func(*args, **(kwargs or {}))

    return Watch()


def _watched_operations(counts: Counts) -> Any:
    from torch.utils._python_dispatch import TorchDispatchMode

    class Watch(TorchDispatchMode):
        def __torch_dispatch__(
            self, func: Any, types: Any, args: Any = (), kwargs: Any = None
        ) -> Any:
            kwargs = kwargs or {}
            # In inference mode operations that consist of others come as they are.
            with self:
                made = func.decompose(*args, **kwargs)
            if made is not NotImplemented:
                return made
            made = func(*args, **kwargs)
            _note(counts, func, args, kwargs, made)
            return made

    return Watch()


def _note(
    counts: Counts, func: Any, args: Sequence[Any], kwargs: Mapping[str, Any], made: Any
) -> None:
    name = func._schema.name.split("::")[-1]
    if func.is_view or name.startswith(_FREE):
        return
    counts.calls += 1
    counts.host_transfers += name in _WAITED_FOR or _by_mask(name, args)
    given, new = list(_tensors([*args, *kwargs.values()])), list(_tensors([made]))
    if name.startswith(_PARTLY):
        new = [tensor for tensor in new if tensor is not given[0]]
        counts.moved_bytes += 2 * _bytes([*given[1:], *new])
    else:
        counts.moved_bytes += _bytes([*given, *new])


def _by_mask(name: str, args: Sequence[Any]) -> bool:
    """Whether places are chosen by a mask: how many they are must be known first."""
    import torch

    chosen = args[1] if name in ("index", "index_put", "index_put_") else ()
    return any(places is not None and places.dtype == torch.bool for places in chosen)


def _tensors(values: Iterable[Any]) -> "Iterator[torch.Tensor]":
    import torch

    for value in values:
        if isinstance(value, torch.Tensor):
            yield value
        elif isinstance(value, (list, tuple)):
            yield from _tensors(value)


def _bytes(tensors: "Iterable[torch.Tensor]") -> int:
    """What they hold; what is only repeated by a view counts once."""
    return sum(_own_elements(tensor) * tensor.element_size() for tensor in tensors)


def _own_elements(tensor: "torch.Tensor") -> int:
    elements = 1
    for size, stride in zip(tensor.shape, tensor.stride(), strict=True):
        elements *= size if stride else min(size, 1)
    return elements
