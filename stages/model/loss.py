"""What is learnt from: the answers of a conversation, and nothing of what was asked."""

import torch
from torch import nn

NO_LABEL = -100


def labelled_places(labels: torch.Tensor) -> torch.Tensor:
    """The places [P] of S behind which any of the labels [B, S] stands, ascending."""
    return (labels[:, 1:] != NO_LABEL).any(dim=0).nonzero().flatten()


def answer_loss(
    logits: torch.Tensor,
    labels: torch.Tensor,
    places: torch.Tensor,
    weights: torch.Tensor | None = None,
) -> torch.Tensor:
    """The mean negative log likelihood of the labelled tokens, in float32.

    Args:
        logits: [B, P, vocabulary]; those at a place are about the token behind it.
        labels: [B, S] int64, `NO_LABEL` where nothing is asked for.
        places: [P] of S, with all of `labelled_places` among them.
        weights: [B, S] how much a label counts; None: all alike.
    """
    asked = labels[:, places + 1]
    given = asked != NO_LABEL
    losses = nn.functional.cross_entropy(logits[given].float(), asked[given], reduction="none")
    if weights is None:
        return losses.mean()
    counted = weights[:, places + 1][given]
    return (losses * counted).sum() / counted.sum()
