"""Visual tokens in the midst of a prompt: from token ids to the embeddings a model is fed."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from stages.generate.engines.engine import Prompt
from stages.generate.prompt.chat import Ids, visual_id

if TYPE_CHECKING:
    import torch

    from stages.generate.prompt.question import Question, Tokens


def prompts(questions: "Sequence[Question]", embedding: "torch.nn.Embedding") -> list[Prompt]:
    """What the language model is fed for each question; equal parts are one tensor."""
    made: dict[tuple[str, Ids], torch.Tensor] = {}

    def part(question: "Question", ids: Ids) -> "torch.Tensor":
        key = (question.prefix.digest, ids)
        if key not in made:
            made[key] = splice(ids, question.prefix.visual, embedding)
        return made[key]

    return [
        Prompt(
            prefix=part(question, question.prefix.ids),
            prefix_id=question.prefix.digest,
            suffix=part(question, question.rest),
        )
        for question in questions
    ]


def splice(ids: Ids, visual: "Tokens", embedding: "torch.nn.Embedding") -> "torch.Tensor":
    """The embeddings of `ids` with visual tokens at their places.

    The visual tokens are cast once, here, to the language model's dtype: a float32 pooler before
    a bfloat16 model is the usual case, and no model takes a mix.

    Args:
        ids: token ids, and `visual_id(row)` where row `row` of `visual` goes in.
        visual: [V, D_llm] float16 visual tokens of the window.
        embedding: the language model's input embedding.

    Returns:
        [len(ids), D_llm] in the embedding's dtype, on its device.
    """
    import torch

    weight = embedding.weight
    places = [at for at, token in enumerate(ids) if token < 0]
    words = [max(token, 0) for token in ids]
    spliced: torch.Tensor = embedding(torch.tensor(words, dtype=torch.long, device=weight.device))
    if places:
        rows = [visual_id(ids[at]) for at in places]
        spliced[places] = torch.tensor(visual[rows]).to(weight)
    return spliced
