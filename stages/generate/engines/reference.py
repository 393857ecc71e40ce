"""The reference: transformers' own `generate`, to which the faster engines are held."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from stages.generate.engines.engine import Answer, Prompt, Sampling
from stages.generate.engines.sampling import TokenChoice
from stages.generate.engines.vocabulary import vocabulary

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel, PreTrainedTokenizerFast


class ReferenceEngine:
    """An `Engine` over the `generate` of a transformers causal LM.

    Nothing is shared: each prompt is computed whole, padded on the left to the longest under an
    attention mask, from which transformers counts the positions. Each sequence stops at its own
    end token. No special token can be generated but the end token, nor an id beyond the
    vocabulary.
    """

    def __init__(
        self,
        name: str,
        generate: "Callable[..., torch.Tensor]",
        model: "PreTrainedModel",
        tokenizer: "PreTrainedTokenizerFast",
    ) -> None:
        from transformers import GenerationConfig

        self.name = name
        self.embedding: Any = model.get_input_embeddings()
        self._generate = generate
        self._vocabulary = vocabulary(model, tokenizer)
        # A model's own defaults (LLaMA-2 chat ships a temperature) would be merged into ours.
        model.generation_config = GenerationConfig(eos_token_id=list(self._vocabulary.ends))

    def generate(
        self,
        prompts: Sequence[Prompt],
        max_new_tokens: int,
        sampling: Sequence[Sampling | None] | None = None,
        at_once: int | None = None,
    ) -> list[Answer]:
        """As `Engine.generate`."""
        asked = list(zip(prompts, sampling or [None] * len(prompts), strict=True))
        size = at_once or max(len(asked), 1)
        batches = [asked[start : start + size] for start in range(0, len(asked), size)]
        return [answer for batch in batches for answer in self._answers(batch, max_new_tokens)]

    def _answers(
        self, asked: Sequence[tuple[Prompt, Sampling | None]], max_new_tokens: int
    ) -> list[Answer]:
        import torch
        from transformers import GenerationConfig, LogitsProcessorList

        embeds, mask = _left_padded([prompt for prompt, _ in asked])
        banned = torch.tensor(self._vocabulary.banned, dtype=torch.long, device=embeds.device)
        choice = TokenChoice(banned, max_new_tokens, [sampling for _, sampling in asked])
        logprobs: list[torch.Tensor] = []
        settings = GenerationConfig(
            do_sample=False,
            num_beams=1,
            max_new_tokens=max_new_tokens,
            eos_token_id=list(self._vocabulary.ends),
            pad_token_id=self._vocabulary.ends[0],
        )
        with torch.inference_mode():
            ids = self._generate(
                inputs_embeds=embeds,
                attention_mask=mask,
                generation_config=settings,
                logits_processor=LogitsProcessorList([_chosen_by(choice, logprobs)]),
            )
        pairs = zip(ids.tolist(), torch.stack(logprobs, dim=1).tolist(), strict=True)
        return [self._answer(row, chances) for row, chances in pairs]

    def _answer(self, ids: list[int], logprobs: list[float]) -> Answer:
        ends = self._vocabulary.ends
        length = next((at for at, token in enumerate(ids) if token in ends), len(ids))
        return Answer(tuple(ids[:length]), tuple(logprobs[:length]), length < len(ids))


def _left_padded(prompts: Sequence[Prompt]) -> "tuple[torch.Tensor, torch.Tensor]":
    """[B, L, D_llm] embeddings, zeros first, and their [B, L] mask."""
    import torch
    from torch.nn.utils.rnn import pad_sequence

    whole = [torch.cat([prompt.prefix, prompt.suffix]) for prompt in prompts]
    ones = [prompt.new_ones(len(prompt), dtype=torch.long) for prompt in whole]
    embeds = pad_sequence(whole, batch_first=True, padding_side="left")
    return embeds, pad_sequence(ones, batch_first=True, padding_side="left")


def _chosen_by(choice: TokenChoice, logprobs: "list[torch.Tensor]") -> Any:
    """A logits processor that leaves one token to choose: the one that `choice` chooses.

    It adds [B] log-probabilities to `logprobs` at each step. Keeping the scores themselves, as
    `output_scores` does, would hold steps * batch * vocabulary floats: gigabytes for a 7B model.
    """
    import torch
    from transformers import LogitsProcessor

    class Chosen(LogitsProcessor):
        def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
            tokens = choice(scores)
            logprobs.append(choice.logprobs)
            return torch.full_like(scores, -torch.inf).scatter(-1, tokens[:, None], 0.0)

    return Chosen()
