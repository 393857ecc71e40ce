"""Masks of rows that are each at positions of their own, by the language model's own rules."""

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

IMPLEMENTATIONS = ("eager", "sdpa")  # of attention: those that add any mask that they are given


@cache
def let_rows_differ() -> None:
    """Have transformers make a mask also where `Cache.get_query_offset` gives positions [B, S].

    A model says what a position sees (all before it, a window, a chunk; each kind of layer its own)
    as a function of two positions, and transformers asks it for a batch whose rows are all at one
    place. Asked for each row at its own place it says as much. All other masks are made as before.
    """
    from transformers.masking_utils import ALL_MASK_ATTENTION_FUNCTIONS

    for name in IMPLEMENTATIONS:
        ALL_MASK_ATTENTION_FUNCTIONS[name] = _with_rows_apart(ALL_MASK_ATTENTION_FUNCTIONS[name])


def _with_rows_apart(usual: Any) -> Any:
    import torch

    def mask(*, q_offset: Any = 0, **asked: Any) -> Any:
        if isinstance(q_offset, torch.Tensor) and q_offset.ndim == 2:
            return _mask(q_offset, **asked)
        return usual(q_offset=q_offset, **asked)

    return mask


def _mask(
    positions: "torch.Tensor", *, mask_function: Any, kv_length: int, dtype: Any, **_: Any
) -> "torch.Tensor":
    """What is added to the attention of positions [B, S] on the first `kv_length` of their rows.

    Numbers, [B, 1, S, kv_length]: of a mask of yes and no every layer would make its own numbers.
    """
    import torch

    device = positions.device
    rows = torch.arange(len(positions), device=device)[:, None, None, None]
    keys = torch.arange(kv_length, device=device)
    seen = mask_function(rows, None, positions[:, None, :, None], keys)
    hidden = torch.finfo(dtype).min
    return torch.zeros(seen.shape, dtype=dtype, device=device).masked_fill_(~seen, hidden)
