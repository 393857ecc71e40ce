"""What generates text from spliced prompts: one protocol, two ways to run it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel, PreTrainedTokenizerFast


@dataclass(frozen=True)
class Answer:
    """One generated continuation, without the end token."""

    ids: tuple[int, ...]
    logprobs: tuple[float, ...]  # natural log, one a token, among the tokens allowed
    finished: bool  # the model ended it; False: cut at the token limit


class Engine(Protocol):
    """Greedy, batched, deterministic generation."""

    name: str

    def generate(self, prompts: "Sequence[torch.Tensor]", max_new_tokens: int) -> list[Answer]:
        """Continue each prompt ([L_i, D_llm] embeddings, any lengths); answers in order."""
        ...


class GreedyEngine:
    """An `Engine` over anything with the `generate` of a transformers causal LM.

    Prompts are padded on the left under an attention mask, from which transformers counts the
    positions, so that a prompt's answer does not depend on its neighbours beyond the rounding
    of the matrix products. Each sequence stops at its own end token. No special token can be
    generated but the end token, nor an id beyond the vocabulary.
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
        self._generate = generate
        self._ends = _end_ids(model, tokenizer)
        self._banned = _banned_ids(model, tokenizer, self._ends)
        # A model's own defaults (LLaMA-2 chat ships a temperature) would be merged into ours.
        model.generation_config = GenerationConfig(eos_token_id=sorted(self._ends))

    def generate(self, prompts: "Sequence[torch.Tensor]", max_new_tokens: int) -> list[Answer]:
        """As `Engine.generate`."""
        import torch
        from transformers import GenerationConfig, LogitsProcessorList

        embeds, mask = _left_padded(prompts)
        noted = _notes_logprobs()
        settings = GenerationConfig(
            do_sample=False,
            num_beams=1,
            max_new_tokens=max_new_tokens,
            eos_token_id=sorted(self._ends),
            pad_token_id=min(self._ends),
            suppress_tokens=self._banned,
        )
        with torch.inference_mode():
            ids = self._generate(
                inputs_embeds=embeds,
                attention_mask=mask,
                generation_config=settings,
                logits_processor=LogitsProcessorList([noted]),
            )
            logprobs = torch.stack(noted.chosen, dim=1)
        pairs = zip(ids.tolist(), logprobs.tolist(), strict=True)
        return [self._answer(row, chances) for row, chances in pairs]

    def _answer(self, ids: list[int], logprobs: list[float]) -> Answer:
        length = next((at for at, token in enumerate(ids) if token in self._ends), len(ids))
        return Answer(tuple(ids[:length]), tuple(logprobs[:length]), length < len(ids))


def open_engine(
    name: str, model: "PreTrainedModel", tokenizer: "PreTrainedTokenizerFast"
) -> Engine:
    """The engine called `name` ("deepspeed" or "transformers") over a loaded model.

    Raises:
        SetupError: the engine cannot run the model as configured.
    """
    if name == "deepspeed":
        from stages.generate.deepspeed_engine import init_inference

        return GreedyEngine(name, init_inference(model).generate, model, tokenizer)
    generate: Any = model.generate
    return GreedyEngine(name, generate, model, tokenizer)


def _left_padded(prompts: "Sequence[torch.Tensor]") -> "tuple[torch.Tensor, torch.Tensor]":
    """[B, L, D] embeddings, zeros first, and their [B, L] mask."""
    import torch
    from torch.nn.utils.rnn import pad_sequence

    ones = [prompt.new_ones(len(prompt), dtype=torch.long) for prompt in prompts]
    embeds = pad_sequence(list(prompts), batch_first=True, padding_side="left")
    return embeds, pad_sequence(ones, batch_first=True, padding_side="left")


def _end_ids(model: "PreTrainedModel", tokenizer: "PreTrainedTokenizerFast") -> frozenset[int]:
    own = model.generation_config.eos_token_id
    listed = own if isinstance(own, list) else [own]
    return frozenset(token for token in (*listed, tokenizer.eos_token_id) if token is not None)


def _banned_ids(
    model: "PreTrainedModel", tokenizer: "PreTrainedTokenizerFast", ends: frozenset[int]
) -> list[int]:
    added = tokenizer.added_tokens_decoder.items()
    special = {token for token, content in added if content.special}
    beyond = range(len(tokenizer), model.config.get_text_config().vocab_size)
    return sorted((special | set(tokenizer.all_special_ids) | set(beyond)) - ends)


def _notes_logprobs() -> Any:
    """A logits processor that changes nothing and notes the log-probability of each greedy choice.

    It runs last, on the scores the choice is made from. Keeping the scores themselves, as
    `output_scores` does, would hold steps * batch * vocabulary floats: gigabytes for a 7B model.
    """
    import torch
    from transformers import LogitsProcessor

    class NotesLogprobs(LogitsProcessor):
        def __init__(self) -> None:
            self.chosen: list[torch.Tensor] = []

        def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
            best = scores.float().max(dim=-1).values
            self.chosen.append(best - scores.float().logsumexp(dim=-1))
            return scores

    return NotesLogprobs()
