"""Prompts of many windows through one engine, in batches of like length that fit the memory."""

import logging
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from stages.generate.engine import Answer, Engine

if TYPE_CHECKING:
    import torch

log = logging.getLogger(__name__)


def answers(
    engine: Engine,
    lengths: Sequence[int],
    embedded: "Callable[[int], torch.Tensor]",
    max_new_tokens: int,
    batch_prompts: int,
) -> list[Answer]:
    """An answer to each prompt, in the order of the prompts.

    Batches are cut from the prompts sorted by length, longest first: little is padded, and a
    batch too large for the device shows at once.

    Args:
        engine: what generates.
        lengths: the number of positions of each prompt.
        embedded: gives the [lengths[i], D_llm] embeddings of prompt i; asked for one batch at a
            time, so that only a batch is on the device.
        max_new_tokens: where an answer is cut.
        batch_prompts: prompts given to the engine at once.

    Raises:
        torch.OutOfMemoryError: one prompt alone does not fit the device.
    """
    order = sorted(range(len(lengths)), key=lambda index: -lengths[index])
    found: dict[int, Answer] = {}
    for start in range(0, len(order), batch_prompts):
        batch = order[start : start + batch_prompts]
        found.update(zip(batch, _fitting(engine, embedded, batch, max_new_tokens), strict=True))
    return [found[index] for index in range(len(lengths))]


def _fitting(
    engine: Engine,
    embedded: "Callable[[int], torch.Tensor]",
    batch: Sequence[int],
    max_new_tokens: int,
) -> list[Answer]:
    """The batch's answers; where the device's memory runs out, by halves."""
    import torch

    try:
        return engine.generate([embedded(index) for index in batch], max_new_tokens)
    except torch.OutOfMemoryError:
        if len(batch) == 1:
            raise
    # Outside the handler: the exception's trace would keep the tensors of the failed try alive.
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    half = len(batch) // 2
    log.warning(
        "out of memory with %d prompts at once, going on with %d; lower generate.batch_prompts",
        len(batch),
        len(batch) - half,
    )
    halves = (batch[:half], batch[half:])
    return [
        answer for part in halves for answer in _fitting(engine, embedded, part, max_new_tokens)
    ]
