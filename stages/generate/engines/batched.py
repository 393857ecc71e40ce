"""Generation for many prompts at once: shared beginnings computed once, and little padding."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from stages.generate.engines.answering import Answering
from stages.generate.engines.buckets import Positions, buckets
from stages.generate.engines.decoding import Decoding, PrefilledPrompt
from stages.generate.engines.engine import Answer, Prompt, Sampling
from stages.generate.engines.kv_buffer import Layers, kv_buffer
from stages.generate.engines.prefix_cache import PrefixCache
from stages.generate.engines.sampling import TokenChoice
from stages.generate.engines.vocabulary import Vocabulary

if TYPE_CHECKING:
    import torch

# Kept between calls: at full size (LLaMA-2-7B in 16 bits) the prefixes of some forty windows.
_PREFIX_BYTES = 4 << 30


class BatchedEngine:
    """An `Engine` over the forward pass of a transformers causal LM.

    1. The prefixes not seen lately go through the model, each once (`PrefixCache`).
    2. The suffixes go through in buckets of like length, behind the prefixes' keys and values.
    3. All rows go on together, a token a step, each until its own end token. As soon as a tenth
       of them have ended they are taken out, and prompts that wait take their places.

    The keys of a row stand as [gap, prefix, suffix, answer]: the gap is masked and counts no
    position, so that each row is computed as if alone, up to the rounding of the matrix products.
    No special token can be generated but an end token, nor an id beyond the vocabulary.

    Args:
        name: what the rows are signed with.
        forward: the causal language model, as a callable of `inputs_embeds`, `attention_mask`,
            `position_ids`, `past_key_values`, `use_cache` and `logits_to_keep`; one that
            `attention.require_keys_and_values` lets pass.
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
        import torch

        self.name = name
        self.positions = Positions()
        self.embedding = embedding
        self._forward = forward
        self._ends = frozenset(vocabulary.ends)
        device = embedding.weight.device
        self._banned = torch.tensor(vocabulary.banned, dtype=torch.long, device=device)
        self._prefixes = PrefixCache(forward, _PREFIX_BYTES, self.positions)

    def generate(
        self,
        prompts: Sequence[Prompt],
        max_new_tokens: int,
        sampling: Sequence[Sampling | None] | None = None,
        at_once: int | None = None,
    ) -> list[Answer]:
        """As `Engine.generate`."""
        import torch

        ways = sampling or [None] * len(prompts)
        with torch.inference_mode():
            found = dict(self._answers(prompts, ways, max_new_tokens, at_once or len(prompts)))
        return [found[index] for index in range(len(prompts))]

    def _answers(
        self,
        prompts: Sequence[Prompt],
        sampling: Sequence[Sampling | None],
        max_new_tokens: int,
        at_once: int,
    ) -> Iterator[tuple[int, Answer]]:
        """The index and the answer of each prompt, as they end."""
        waiting = deque(range(len(prompts)))
        decoding = Decoding(self._forward, self.embedding)
        choice = TokenChoice(self._banned, max_new_tokens)
        batch = Answering(
            decoding,
            choice,
            self._ends,
            max_new_tokens,
            places=at_once,
            positions=self.positions,
        )
        while waiting or batch.size:
            if batch.is_worth_renewing:
                free = min(len(waiting), at_once - batch.going)
                joining = [waiting.popleft() for _ in range(free)]
                new = self._prefilled([prompts[index] for index in joining])
                yield from batch.renew(joining, new, [sampling[index] for index in joining])
            else:
                batch.step()

    def _prefilled(self, prompts: Sequence[Prompt]) -> list[PrefilledPrompt]:
        prefixes = self._prefixes.layers(prompts)
        prefilled: dict[int, PrefilledPrompt] = {}
        for bucket in buckets([len(prompt.suffix) for prompt in prompts]):
            given = [prompts[index] for index in bucket]
            layers = [prefixes[prompt.prefix_id] for prompt in given]
            prefilled.update(zip(bucket, self._pass(given, layers), strict=True))
        return [prefilled[index] for index in range(len(prompts))]

    def _pass(self, prompts: Sequence[Prompt], prefixes: Sequence[Layers]) -> list[PrefilledPrompt]:
        """The suffixes through the model, right behind their prefixes.

        Prefixes are filled up on the left and suffixes on the right, where no position of the row
        looks: nothing stands between them.
        """
        import torch
        from torch.nn.utils.rnn import pad_sequence

        before = [len(prompt.prefix) for prompt in prompts]
        behind = [len(prompt.suffix) for prompt in prompts]
        longest, width = max(before), max(behind)
        own = [
            slice(longest - first, longest + then)
            for first, then in zip(before, behind, strict=True)
        ]
        embeds = pad_sequence([prompt.suffix for prompt in prompts], batch_first=True)
        device = embeds.device
        lasts = sorted({length - 1 for length in behind})
        cache: Any = kv_buffer([list(layers) for layers in prefixes], longest, width)
        logits = self._forward(
            inputs_embeds=embeds,
            attention_mask=_mask(own, longest + width).to(device),
            position_ids=torch.tensor(before, device=device)[:, None]
            + torch.arange(width, device=device),
            past_key_values=cache,
            use_cache=True,
            logits_to_keep=torch.tensor(lasts, device=device),
        ).logits
        self.positions.add(behind)
        return [
            PrefilledPrompt(
                logits[row, lasts.index(length - 1)],
                [
                    (layer.keys[row, :, own[row]], layer.values[row, :, own[row]])
                    for layer in cache.layers
                ],
                before[row] + length,
            )
            for row, length in enumerate(behind)
        ]


def _mask(own: Sequence[slice], length: int) -> "torch.Tensor":
    """[B, length] int64, 1 at each row's own places."""
    import torch

    mask = torch.zeros(len(own), length, dtype=torch.long)
    for row, places in zip(mask, own, strict=True):
        row[places] = 1
    return mask
