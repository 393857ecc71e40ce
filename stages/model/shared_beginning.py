"""Several conversations that begin alike in one row: what they share is read once. Ours.

A row holds the beginning, then the rest of each conversation, one after the other. Each rest sees
the beginning and itself, at the positions that it has in a row of its own.
"""

import torch

BEGINNING = 0
PADDING = -1


def holds_several(parts: torch.Tensor) -> bool:
    """Whether a row holds more than one conversation.

    Args:
        parts: [B, S] int64: `BEGINNING`, the number of a conversation from 1 on, or `PADDING`.
    """
    return bool((parts > BEGINNING).any())


def positions(parts: torch.Tensor) -> torch.Tensor:
    """The position [B, S] int64 of each token in its own conversation; 0 where padded.

    Args:
        parts: [B, S] as above; the beginning first, conversations in order, padding last.
    """
    places = torch.arange(parts.shape[1], device=parts.device).expand_as(parts)
    shared = (parts == BEGINNING).sum(dim=1, keepdim=True)
    is_first = torch.ones_like(parts, dtype=torch.bool)
    is_first[:, 1:] = parts[:, 1:] != parts[:, :-1]
    first = torch.where(is_first, places, 0).cummax(dim=1).values
    at = torch.where(parts == BEGINNING, places, places - first + shared)
    return at.masked_fill(parts == PADDING, 0)


def sight(parts: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    """What is to be added to the attention of each token on each other: [B, 1, S, S].

    Zero where one is seen, else the least number there is.

    Args:
        parts: [B, S] as above.
        dtype: of the attention.
    """
    count = parts.shape[1]
    is_before = torch.ones(count, count, dtype=torch.bool, device=parts.device).tril()
    is_own = parts.unsqueeze(1) == parts.unsqueeze(2)
    is_shared = (parts == BEGINNING).unsqueeze(1)
    seen = is_before & (is_own | is_shared)
    hidden = torch.zeros(seen.shape, dtype=dtype, device=parts.device)
    return hidden.masked_fill(~seen, torch.finfo(dtype).min).unsqueeze(1)
