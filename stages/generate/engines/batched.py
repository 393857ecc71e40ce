"""Generation for many prompts at once: shared beginnings computed once, and little padding."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from stages.generate.engines.buckets import Positions, buckets
from stages.generate.engines.decoding import Decoding, PrefilledPrompt
from stages.generate.engines.engine import Answer, Prompt, Sampling
from stages.generate.engines.kv_buffer import Layers, kv_buffer
from stages.generate.engines.prefix_cache import PrefixCache
from stages.generate.engines.sampling import TokenChoice
from stages.generate.engines.vocabulary import Vocabulary

if TYPE_CHECKING:
    import torch

_PREFIX_POSITIONS = 8192  # kept between calls: the prefixes of some eighty windows
_FINISHED_SHARE = 0.1  # of the rows: from there on it pays to copy the others out


class BatchedEngine:
    """An `Engine` over the forward pass of a transformers causal LM.

    1. The prefixes not seen lately go through the model, each once (`PrefixCache`).
    2. The suffixes go through in buckets of like length, behind the prefixes' keys and values.
    3. All rows go on together, a token a step, each until its own end token; finished ones are
       taken out as soon as they are a tenth of the batch.

    The keys of a row stand as [gap, prefix, gap, suffix, answer]: a gap is masked and counts no
    position, so that each row is computed as if alone, up to the rounding of the matrix products.
    No special token can be generated but an end token, nor an id beyond the vocabulary.

    Args:
        name: what the rows are signed with.
        forward: the causal language model, as a callable of `inputs_embeds`, `attention_mask`,
            `position_ids`, `past_key_values`, `use_cache` and `logits_to_keep`.
        embedding: of its input.
        vocabulary: its ends and banned ids.
    """

    def __init__(
        self,
        name: str,
        forward: "Callable[..., Any]",
        embedding: "torch.nn.Embedding",
        vocabulary: Vocabulary,
    ) -> None:
        self.name = name
        self.positions = Positions()
        self._forward = forward
        self.embedding = embedding
        self._vocabulary = vocabulary
        self._prefixes = PrefixCache(forward, _PREFIX_POSITIONS, self.positions)

    def generate(
        self,
        prompts: Sequence[Prompt],
        max_new_tokens: int,
        sampling: Sequence[Sampling | None] | None = None,
    ) -> list[Answer]:
        """As `Engine.generate`."""
        import torch

        choice = TokenChoice(sampling or [None] * len(prompts), self._vocabulary.banned)
        with torch.inference_mode():
            prefilled = self._prefilled(prompts)
            logits = torch.stack([row.logits for row in prefilled])
            decoding = Decoding(self._forward, self.embedding, prefilled, max_new_tokens - 1)
            return self._answers(decoding, logits, choice, max_new_tokens)

    def _prefilled(self, prompts: Sequence[Prompt]) -> list[PrefilledPrompt]:
        prefixes = self._prefixes.layers(prompts)
        prefilled: dict[int, PrefilledPrompt] = {}
        for bucket in buckets([len(prompt.suffix) for prompt in prompts]):
            given = [prompts[index] for index in bucket]
            layers = [prefixes[prompt.prefix_id] for prompt in given]
            prefilled.update(zip(bucket, self._pass(given, layers), strict=True))
        return [prefilled[index] for index in range(len(prompts))]

    def _pass(self, prompts: Sequence[Prompt], prefixes: Sequence[Layers]) -> list[PrefilledPrompt]:
        """The suffixes through the model behind their prefixes, both filled up on the left."""
        import torch

        embeds = _left_padded([prompt.suffix for prompt in prompts])
        width = embeds.shape[1]
        before = _left_padded([_ones(prompt.prefix) for prompt in prompts])
        mask = torch.cat([before, _left_padded([_ones(prompt.suffix) for prompt in prompts])], 1)
        cache: Any = kv_buffer([list(layers) for layers in prefixes], width)
        logits = self._forward(
            inputs_embeds=embeds,
            attention_mask=mask,
            position_ids=(mask.cumsum(dim=1) - 1)[:, -width:],
            past_key_values=cache,
            use_cache=True,
            logits_to_keep=1,
        ).logits[:, -1]
        self.positions.add([len(prompt.suffix) for prompt in prompts])
        return [
            PrefilledPrompt(
                last, [(layer.keys[row], layer.values[row]) for layer in cache.layers], mask[row]
            )
            for row, last in enumerate(logits)
        ]

    def _answers(
        self, decoding: Decoding, logits: "torch.Tensor", choice: TokenChoice, max_new_tokens: int
    ) -> list[Answer]:
        said: list[list[tuple[int, float]]] = [[] for _ in logits]  # id and log-probability
        ended = [False] * len(said)
        rows = list(range(len(said)))  # those still in the batch
        while True:
            tokens, logprobs = choice(logits)
            for row, token, logprob in zip(rows, tokens.tolist(), logprobs.tolist(), strict=True):
                ended[row] = ended[row] or token in self._vocabulary.ends
                if not ended[row]:
                    said[row].append((token, logprob))
            going = [place for place, row in enumerate(rows) if not ended[row]]
            if not going or len(said[rows[going[0]]]) == max_new_tokens:
                break
            if len(going) <= (1 - _FINISHED_SHARE) * len(rows):
                rows, tokens = [rows[place] for place in going], tokens[going]
                decoding.keep(going)
                choice.keep(going)
            self.positions.add_step(len(rows), len(rows) - len(going))
            logits = decoding.step(tokens)
        return [
            Answer(tuple(token for token, _ in row), tuple(chance for _, chance in row), end)
            for row, end in zip(said, ended, strict=True)
        ]


def _ones(rows: "torch.Tensor") -> "torch.Tensor":
    import torch

    return rows.new_ones(len(rows), dtype=torch.long)


def _left_padded(rows: "Sequence[torch.Tensor]") -> "torch.Tensor":
    from torch.nn.utils.rnn import pad_sequence

    return pad_sequence(list(rows), batch_first=True, padding_side="left")
