"""Visual tokens stand at their place, in the model's own dtype."""

from typing import Any

import numpy as np
import pytest
import torch

from stages.generate.chat import Conversation
from stages.generate.splice import splice

VISUAL = np.arange(6, dtype=np.float16).reshape(2, 3)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("at", [0, 2, 4])
@pytest.mark.parametrize("shared", [0, 1, 2])
def test_visual_tokens_replace_their_place(dtype: torch.dtype, at: int, shared: int) -> None:
    embedding = torch.nn.Embedding(10, 3, dtype=dtype)
    ids = (1, 5, 7, 2)
    prompt = splice(Conversation(ids, at), VISUAL, embedding, "w", shared)
    spliced = torch.cat([prompt.prefix, prompt.suffix])
    words = embedding(torch.tensor(ids))
    assert spliced.dtype == dtype
    assert spliced.shape == (6, 3)
    assert torch.equal(spliced[at : at + 2], torch.tensor(VISUAL).to(dtype))
    assert torch.equal(torch.cat([spliced[:at], spliced[at + 2 :]]), words)
    assert (prompt.prefix_id, len(prompt.prefix), len(prompt)) == ("w", at + shared, 6)


def test_read_only_arrays_from_arrow_are_taken(language_model: tuple[Any, Any]) -> None:
    embedding = language_model[0].get_input_embeddings()
    visual = np.zeros((8, embedding.embedding_dim), np.float16)
    visual.flags.writeable = False
    assert len(splice(Conversation((1, 2), 1), visual, embedding, "w", 8)) == 10
