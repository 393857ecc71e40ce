"""A step of decoding is a pass over the row's tokens alone, whoever else is in the batch."""

from typing import Any

import torch
from transformers import DynamicCache

from stages.generate.engines.decoding import Decoding, PrefilledPrompt

LENGTHS = (9, 4, 6)
STEPS = [[11, 12, 13], [21, 22, 23], [31, 33, 34], [41, 43, 44]]
LATE = 15  # length of a row that takes the second one's place before the third step


def prefilled(model: Any, ids: torch.Tensor) -> PrefilledPrompt:
    cache = DynamicCache()
    logits = model(input_ids=ids[None], past_key_values=cache, use_cache=True).logits[0, -1]
    layers: list[Any] = [(layer.keys[0], layer.values[0]) for layer in cache.layers]
    return PrefilledPrompt(logits, layers, len(ids))


def test_each_row_goes_on_from_its_own_end(language_model: tuple[Any, Any]) -> None:
    model = language_model[0]
    generator = torch.Generator().manual_seed(2)
    rows = [torch.randint(6, 1024, (length,), generator=generator) for length in LENGTHS]
    with torch.inference_mode():
        decoding = Decoding(model, model.get_input_embeddings())
        decoding.restart([], [prefilled(model, row) for row in rows], 2)
        for step, tokens in enumerate(STEPS):
            if step == 2:
                late = torch.randint(6, 1024, (LATE,), generator=generator)
                decoding.restart([0, 2], [prefilled(model, late)], 2)
                rows = [rows[0], rows[2], late]
            rows = [
                torch.cat([row, torch.tensor([token])])
                for row, token in zip(rows, tokens, strict=True)
            ]
            found = decoding.step(torch.tensor(tokens))
            for logits, row in zip(found, rows, strict=True):
                whole = model(input_ids=row[None]).logits[0, -1]
                torch.testing.assert_close(logits, whole, rtol=1e-4, atol=1e-4)
