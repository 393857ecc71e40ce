"""What is learnt from: the answers of a conversation, and nothing of what was asked."""

import torch
from torch import nn

NO_LABEL = -100


def answer_loss(
    logits: torch.Tensor, labels: torch.Tensor, weights: torch.Tensor | None = None
) -> torch.Tensor:
    """The mean negative log likelihood of the labelled tokens, in float32.

    Args:
        logits: [B, S, vocabulary]; those at a place are about the token behind it.
        labels: [B, S] int64, `NO_LABEL` where nothing is asked for.
        weights: [B, S] how much a label counts; None: all alike.
    """
    asked = labels[:, 1:]
    given = asked != NO_LABEL
    about = logits[:, :-1][given].float()
    losses = nn.functional.cross_entropy(about, asked[given], reduction="none")
    if weights is None:
        return losses.mean()
    counted = weights[:, 1:][given]
    return (losses * counted).sum() / counted.sum()
