"""The word vectors of a new model, before it reads: of which feeling does a sentence speak?

A sentence is taken as a bag of words, as by Joulin et al., "Bag of Tricks for Efficient Text
Classification" (2016): the mean of its vectors goes into a linear head, which is thrown away. In a
prompt of hundreds of tokens a language model of four layers is long in finding which words matter,
and meanwhile learns by heart what it should read.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import nn

from jobs.train.windows import Lesson

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

Sentence = tuple[str, str]
"""Words, and the family of which they speak, "neutral" where they tell nothing."""

_BATCH = 64
_RATE = 3e-3
_WARMUP = 0.1
# Words left out of a sentence, by lot: others of its words have to tell too.
_LEFT_OUT = 0.3
# Logits are so steep that vectors need to turn and hardly to grow.
_STEEP = 30.0


def spoken_sentences(lessons: Sequence[Lesson]) -> list[Sentence]:
    """What is said in the windows of synthetic sets, as often as it is said."""
    return [
        (text, family)
        for lesson in lessons
        for place, text in enumerate(lesson.texts)
        if (answer := lesson.targets.get(place)) is not None
        if (family := answer.words_tell) is not None and text
    ]


def learn_word_vectors(
    vectors: nn.Embedding,
    tokenizer: "PreTrainedTokenizerFast",
    sentences: Sequence[Sentence],
    steps: int,
    seed: int,
) -> float:
    """Let the vectors of words tell of which feeling a sentence speaks.

    Args:
        vectors: of the tokens; they are changed in place.
        sentences: to learn from; at least one.
        steps: of batches of 64; at least one.
        seed: of the draws. Nobody else's draws depend on how many are made here.

    Returns:
        The loss of the last batch.
    """
    families = sorted({family for _, family in sentences})
    bags = _Bags(tokenizer, [text for text, _ in sentences])
    spoken_of = torch.tensor([families.index(family) for _, family in sentences])
    rng = np.random.default_rng(seed)
    with torch.random.fork_rng(devices=()), torch.enable_grad():
        torch.manual_seed(seed)
        head = nn.Linear(vectors.embedding_dim, len(families))
        weights = [vectors.weight, *head.parameters()]
        optimizer = torch.optim.AdamW(weights, weight_decay=0.0)
        schedule = torch.optim.lr_scheduler.OneCycleLR(
            optimizer, _RATE, total_steps=steps, pct_start=_WARMUP
        )
        for _ in range(steps):
            drawn = rng.integers(len(sentences), size=_BATCH)
            tokens, starts = bags.drawn(drawn, rng)
            means = nn.functional.embedding_bag(tokens, vectors.weight, starts, mode="mean")
            loss = nn.functional.cross_entropy(head(_STEEP * means), spoken_of[drawn])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    vectors.weight.grad = None
    return loss.item()


class _Bags:
    """The tokens of sentences.

    Args:
        tokenizer: tells a word behind a space from one at the beginning.
        texts: the sentences; each is read in both ways, as both occur in prompts.
    """

    def __init__(self, tokenizer: "PreTrainedTokenizerFast", texts: Sequence[str]) -> None:
        self._ways = [
            tokenizer([f"{before}{text}" for text in texts], add_special_tokens=False).input_ids
            for before in (" ", "")
        ]

    def drawn(
        self, places: np.ndarray, rng: np.random.Generator
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Some tokens of each sentence, one after another, and where each sentence begins."""
        bags = []
        for place in places:
            tokens = np.array(self._ways[rng.integers(2)][place])
            kept = tokens[rng.random(len(tokens)) >= _LEFT_OUT]
            bags.append(kept if len(kept) else tokens)
        starts = np.cumsum([0, *map(len, bags[:-1])])
        return torch.from_numpy(np.concatenate(bags)), torch.from_numpy(starts)
