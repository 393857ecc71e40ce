"""Prompts of many windows through one engine, as many at once as fit the memory."""

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

    The longest come first: little is padded, and what is too large for the device shows at once.

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
    at_once = max(1, min(batch_prompts, len(asked)))
    while True:
        given = _tried(engine, [asked[index] for index in order], max_new_tokens, at_once)
        if given is not None:
            found = dict(zip(order, given, strict=True))
            return [found[index] for index in range(len(asked))]
        at_once = _less(at_once)


def _tried(
    engine: Engine,
    asked: Sequence[tuple[Prompt, Sampling | None]],
    max_new_tokens: int,
    at_once: int,
) -> list[Answer] | None:
    """The answers, None where the device's memory ran out."""
    import torch

    prompts = [prompt for prompt, _ in asked]
    ways = [sampling for _, sampling in asked]
    try:
        return engine.generate(prompts, max_new_tokens, ways, at_once)
    except torch.OutOfMemoryError:
        if at_once == 1:
            raise
    return None


def _less(at_once: int) -> int:
    """Half as many prompts, and the memory of the failed try given back.

    Not called in the handler: the exception's trace would keep that try's tensors alive.
    """
    import torch

    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    half = at_once // 2
    log.warning(
        "out of memory with %d prompts at once, going on with %d; lower generate.batch_prompts",
        at_once,
        half,
    )
    return half
