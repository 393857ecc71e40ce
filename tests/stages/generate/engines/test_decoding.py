"""A step of decoding is a pass over the row's tokens alone, whoever else has a slot."""

from collections.abc import Sequence
from typing import Any

import torch

from stages.generate.engines.buckets import Positions
from stages.generate.engines.decoding import Decoding
from stages.generate.engines.engine import Prompt
from stages.generate.engines.masks import let_rows_differ
from stages.generate.engines.prefix_cache import PrefixCache

PREFIX = 3  # positions of each prompt that are read beforehand
STEPS = [[11, 12, 13], [21, 22, 23], [31, 33, 34], [41, 43, 44], [51, 53]]


class Rows:
    """Rows of token ids, in the slots of a decoding and one by one through the model."""

    def __init__(self, model: Any) -> None:
        let_rows_differ()
        self.model = model
        self.embedding = model.get_input_embeddings()
        self.prefixes = PrefixCache(model, 1 << 30, Positions())
        self.decoding = Decoding(model, self.embedding, slots=3, room=30, positions=Positions())
        self.rows: list[torch.Tensor] = []
        self.generator = torch.Generator().manual_seed(2)

    def begin(self, lengths: Sequence[int], slots: Sequence[int]) -> None:
        new = [torch.randint(6, 1024, (one,), generator=self.generator) for one in lengths]
        prompts = [
            Prompt(self.embedding(row[:PREFIX]), str(row.tolist()), self.embedding(row[PREFIX:]))
            for row in new
        ]
        logits = self.decoding.begin(prompts, self.prefixes.layers(prompts), slots)
        for slot, row in zip(slots, new, strict=True):
            self.rows[slot : slot + 1] = [row]
        self.compare(logits, new)

    def step(self, tokens: Sequence[int]) -> None:
        self.rows = [
            torch.cat([row, torch.tensor([token])])
            for row, token in zip(self.rows, tokens, strict=True)
        ]
        self.compare(self.decoding.step(torch.tensor(tokens)), self.rows)

    def compare(self, found: torch.Tensor, rows: Sequence[torch.Tensor]) -> None:
        for logits, row in zip(found, rows, strict=True):
            whole = self.model(input_ids=row[None]).logits[0, -1]
            torch.testing.assert_close(logits, whole, rtol=1e-4, atol=1e-4)


def test_each_row_goes_on_from_its_own_end(language_model: tuple[Any, Any]) -> None:
    """One has its slot taken by a longer one, and then the last moves into that of the first."""
    with torch.inference_mode():
        rows = Rows(language_model[0])
        rows.decoding.arrange([0, 1, 2])
        rows.begin([9, 4, 6], [0, 1, 2])
        for tokens in STEPS[:2]:
            rows.step(tokens)
        rows.decoding.arrange([0, 3, 2])
        rows.begin([15], [1])
        for tokens in STEPS[2:4]:
            rows.step(tokens)
        rows.decoding.arrange([2, 1])
        rows.rows = [rows.rows[2], rows.rows[1]]
        rows.step(STEPS[4])
