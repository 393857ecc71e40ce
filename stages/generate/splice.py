"""Visual tokens in the midst of a prompt: from token ids to the embeddings a model is fed."""

from typing import TYPE_CHECKING, Any

import numpy as np

from stages.generate.engine import Prompt

if TYPE_CHECKING:
    import torch

    from stages.generate.chat import Conversation


def splice(
    conversation: "Conversation",
    visual: np.ndarray[Any, Any],
    embedding: "torch.nn.Embedding",
    prefix_id: str,
    shared_visual: int,
) -> Prompt:
    """The prompt's embeddings with the visual tokens at their place.

    The visual tokens are cast once, here, to the language model's dtype: a float32 pooler before
    a bfloat16 model is the usual case, and no model takes a mix.

    Args:
        conversation: token ids and the place of the visual tokens.
        visual: [V, D_llm] float16 visual tokens.
        embedding: the language model's input embedding.
        prefix_id: names what the prompt begins with: all prompts of that name have equal words
            before the visual tokens, and equal first visual tokens.
        shared_visual: how many visual tokens belong to that beginning.

    Returns:
        A prompt of len(ids) + V positions, in the embedding's dtype, on its device.
    """
    import torch

    weight = embedding.weight
    ids = torch.tensor(conversation.ids, dtype=torch.long, device=weight.device)
    words = embedding(ids)
    seen = torch.tensor(visual).to(weight)
    at = conversation.visual_at
    return Prompt(
        prefix=torch.cat([words[:at], seen[:shared_visual]]),
        prefix_id=prefix_id,
        suffix=torch.cat([seen[shared_visual:], words[at:]]),
    )
