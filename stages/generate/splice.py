"""Visual tokens in the midst of a prompt: from token ids to the embeddings a model is fed."""

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import torch

    from stages.generate.chat import Conversation


def splice(
    conversation: "Conversation", visual: np.ndarray[Any, Any], embedding: "torch.nn.Embedding"
) -> "torch.Tensor":
    """The prompt's embeddings with the visual tokens at their place.

    The visual tokens are cast once, here, to the language model's dtype: a float32 pooler before
    a bfloat16 model is the usual case, and no model takes a mix.

    Args:
        conversation: token ids and the place of the visual tokens.
        visual: [V, D_llm] float16 visual tokens.
        embedding: the language model's input embedding.

    Returns:
        [len(ids) + V, D_llm] in the embedding's dtype, on its device.
    """
    import torch

    weight = embedding.weight
    ids = torch.tensor(conversation.ids, dtype=torch.long, device=weight.device)
    words = embedding(ids)
    seen = torch.tensor(visual).to(weight)
    at = conversation.visual_at
    return torch.cat([words[:at], seen, words[at:]])
