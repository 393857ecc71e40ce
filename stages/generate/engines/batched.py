"""Generation for many prompts at once: shared beginnings computed once, and little padding."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from stages.generate.engines.answering import Answering
from stages.generate.engines.buckets import Positions
from stages.generate.engines.decoding import Decoding
from stages.generate.engines.engine import Answer, Prompt, Sampling
from stages.generate.engines.masks import let_rows_differ
from stages.generate.engines.prefix_cache import PrefixCache
from stages.generate.engines.recording import Capture
from stages.generate.engines.sampling import TokenChoice
from stages.generate.engines.vocabulary import Vocabulary

if TYPE_CHECKING:
    import torch

# Kept between calls: at full size (LLaMA-2-7B in 16 bits) the prefixes of some forty windows.
_PREFIX_BYTES = 4 << 30
# Steps from one look of the host at what was chosen to the next. A GPU that waits for it stands
# still; a CPU does not, and would compute what came behind an end.
LOOK_EVERY = 4


class BatchedEngine:
    """An `Engine` over the forward pass of a transformers causal LM.

    1. The prefixes not seen lately go through the model, each once (`PrefixCache`).
    2. Each row has a slot of fixed size for its keys and values (`Slots`). A prefix is put there;
       the suffixes go through in buckets of like length, behind it.
    3. All rows go on together, a token a step, each until its own end token. Where a row has
       ended, the next prompt takes its slot.

    A row stands in its slot as if alone, from its first position on, so that it is computed as if
    alone, up to the rounding of the matrix products.
    No special token can be generated but an end token, nor an id beyond the vocabulary.

    Args:
        name: what the rows are signed with.
        forward: the causal language model, as a callable of `inputs_embeds`,
            `position_ids`, `past_key_values`, `use_cache` and `logits_to_keep`; one that
            `attention.require_keys_and_values` lets pass.
        embedding: of its input.
        vocabulary: its ends and banned ids.
        look_every: steps from one look of the host at the tokens to the next; None: what suits the
            device.
        capture: records steps (`CudaGraphs`), so that they can be played back; the slots stay then,
            as large as the largest call had them. None: each step is done as it stands.
    """

    def __init__(
        self,
        name: str,
        forward: "Callable[..., Any]",
        embedding: "torch.nn.Embedding",
        vocabulary: Vocabulary,
        *,
        look_every: int | None = None,
        capture: Capture | None = None,
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
        self._capture = capture
        self._kept: Decoding | None = None
        let_rows_differ()
        self.look_every = look_every or (1 if device.type == "cpu" else LOOK_EVERY)

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
        try:
            with torch.inference_mode():
                found = dict(self._answers(prompts, ways, max_new_tokens, at_once or len(prompts)))
        except torch.OutOfMemoryError:
            self._kept = None  # its slots were too many
            raise
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
        slots = min(at_once, len(prompts))
        rows = Answering(
            self._decoding(slots, max(map(len, prompts), default=0) + max_new_tokens),
            TokenChoice(self._banned, max_new_tokens, []),
            self._ends,
            most=max_new_tokens,
            slots=slots,
            look_every=self.look_every,
            positions=self.positions,
        )
        while waiting or rows.size:
            indices = [waiting.popleft() for _ in range(min(len(waiting), rows.free))]
            joining = {index: prompts[index] for index in indices}
            choice = TokenChoice(
                self._banned, max_new_tokens, [sampling[index] for index in indices]
            )
            prefixes = self._prefixes.layers(list(joining.values()))
            yield from rows.renew(joining, prefixes, choice)
            if rows.size:
                rows.go_on()

    def _decoding(self, slots: int, room: int) -> Decoding:
        """For so many rows of so many positions, none of them there."""
        kept, self._kept = self._kept, None
        if kept is not None and kept.holds(slots, room):
            kept.arrange([])
            self._kept = kept
            return kept
        del kept  # its memory may be needed
        made = Decoding(
            self._forward,
            self.embedding,
            slots=slots,
            room=room,
            positions=self.positions,
            capture=self._capture,
        )
        if self._capture:
            self._kept = made
        return made
