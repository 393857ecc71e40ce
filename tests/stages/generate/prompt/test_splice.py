"""Visual tokens stand at their places, in the model's own dtype; what is shared is made once."""

from typing import Any

import numpy as np
import pytest
import torch

from stages.generate.prompt.chat import visual_id
from stages.generate.prompt.question import Prefix, Question
from stages.generate.prompt.splice import prompts, splice

VISUAL = np.arange(12, dtype=np.float16).reshape(4, 3)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("rows", [(), (0, 1), (3, 2)])
def test_visual_tokens_stand_at_their_places(dtype: torch.dtype, rows: tuple[int, ...]) -> None:
    embedding = torch.nn.Embedding(10, 3, dtype=dtype)
    ids = (1, *map(visual_id, rows), 5, 0)
    spliced = splice(ids, VISUAL, embedding)
    assert spliced.dtype == dtype
    assert torch.equal(spliced[1 : 1 + len(rows)], torch.tensor(VISUAL[list(rows)]).to(dtype))
    words = torch.cat([spliced[:1], spliced[1 + len(rows) :]])
    assert torch.equal(words, embedding(torch.tensor([1, 5, 0])))


def test_the_embedding_itself_is_not_written_on() -> None:
    embedding = torch.nn.Embedding(10, 3).requires_grad_(False)
    before = embedding.weight.clone()
    splice((0, visual_id(1), 0), VISUAL, embedding)
    assert torch.equal(embedding.weight, before)


def test_read_only_arrays_from_arrow_are_taken(language_model: tuple[Any, Any]) -> None:
    embedding = language_model[0].get_input_embeddings()
    visual = np.zeros((8, embedding.embedding_dim), np.float16)
    visual.flags.writeable = False
    assert len(splice((1, visual_id(7), 2), visual, embedding)) == 3


def test_a_shared_prefix_is_one_tensor_under_one_name() -> None:
    embedding = torch.nn.Embedding(10, 3)
    prefix = Prefix((1, visual_id(0)), VISUAL)
    other = Prefix((1, visual_id(3)), VISUAL)
    first, second, third = prompts(
        [
            Question("0 a", prefix, (2,)),
            Question("1 a", prefix, (visual_id(2), 4)),
            Question("0 b", other, (2,)),
        ],
        embedding,
    )
    assert first.prefix is second.prefix
    assert first.prefix_id == second.prefix_id != third.prefix_id
    assert torch.equal(first.prefix, splice(prefix.ids, VISUAL, embedding))
    assert torch.equal(second.suffix, splice((visual_id(2), 4), VISUAL, embedding))
    assert (len(first), len(second)) == (3, 4)
