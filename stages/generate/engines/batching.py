"""Prompts of many windows through one engine, in batches of like length that fit the memory."""

import logging
from collections.abc import Sequence

from stages.generate.engines.engine import Answer, Engine, Prompt, Sampling

log = logging.getLogger(__name__)


def answers(
    engine: Engine,
    prompts: Sequence[Prompt],
    max_new_tokens: int,
    batch_prompts: int,
    sampling: Sequence[Sampling | None] | None = None,
) -> list[Answer]:
    """An answer to each prompt, in the order of the prompts.

    Batches are cut from the prompts sorted by length, longest first: little is padded, and a
    batch too large for the device shows at once.

    Args:
        engine: what generates.
        prompts: of any number of windows.
        max_new_tokens: where an answer is cut.
        batch_prompts: prompts given to the engine at once.
        sampling: one for each prompt, None for a greedy one; None: all are greedy.

    Raises:
        torch.OutOfMemoryError: one prompt alone does not fit the device.
    """
    asked = list(zip(prompts, sampling or [None] * len(prompts), strict=True))
    order = sorted(range(len(asked)), key=lambda index: -len(asked[index][0]))
    found: dict[int, Answer] = {}
    for start in range(0, len(order), batch_prompts):
        batch = order[start : start + batch_prompts]
        given = _fitting(engine, [asked[index] for index in batch], max_new_tokens)
        found.update(zip(batch, given, strict=True))
    return [found[index] for index in range(len(asked))]


def _fitting(
    engine: Engine, asked: Sequence[tuple[Prompt, Sampling | None]], max_new_tokens: int
) -> list[Answer]:
    """The batch's answers; where the device's memory runs out, by halves."""
    import torch

    try:
        prompts = [prompt for prompt, _ in asked]
        return engine.generate(prompts, max_new_tokens, [sampling for _, sampling in asked])
    except torch.OutOfMemoryError:
        if len(asked) == 1:
            raise
    # Outside the handler: the exception's trace would keep the tensors of the failed try alive.
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    half = len(asked) // 2
    log.warning(
        "out of memory with %d prompts at once, going on with %d; lower generate.batch_prompts",
        len(asked),
        len(asked) - half,
    )
    halves = (asked[:half], asked[half:])
    return [answer for part in halves for answer in _fitting(engine, part, max_new_tokens)]
