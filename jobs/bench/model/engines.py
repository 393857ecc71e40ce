"""How fast each engine generates, beside a plain transformers loop, one prompt after another.

All get the same prompts and the same weights, each a network of its own, and every answer is as
long as is asked for. The ceiling of decoding is the device's copy rate: each step reads the
weights once, and the keys and values of every sequence.
"""

# mypy: disable-error-code="no-untyped-call"

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING, Any

from jobs.bench.model.ceilings import Ceilings
from jobs.bench.model.clock import once, peak_memory, seconds
from jobs.bench.model.counts import StepCounts, counted_step
from jobs.bench.model.networks import (
    cache_bytes_of_position,
    end_token,
    language_model,
    step_bytes,
)
from jobs.bench.model.prompts import random_prompts, whole_vocabulary
from jobs.bench.model.task import Task
from stages.generate.engines.batching import answers
from stages.generate.engines.buckets import Positions
from stages.generate.engines.engine import Answer, Prompt
from stages.generate.engines.opening import open_engine

if TYPE_CHECKING:
    from transformers import PreTrainedModel

    from stages.generate.engines.batched import BatchedEngine
    from stages.generate.engines.reference import ReferenceEngine
    from stages.model.configuration_microemo import MicroEmoConfig

Ids = list[tuple[int, ...]]  # of the answers, in the order of the prompts


@dataclass(frozen=True)
class LoopFigures:
    """The plain loop's speed."""

    prompts: int  # it was given the first so many
    tokens_per_s: float
    peak_bytes: int


@dataclass(frozen=True)
class EngineFigures:
    """One engine's speed, and whether it said what the loop said."""

    engine: str
    tokens_per_s: float
    ratio_to_loop: float
    copy_share: float  # of the measured copy rate, 0..1, all seconds counted
    # Without the seconds up to the first token of each batch; None where too few are left to tell.
    decode_copy_share: float | None
    first_token_s: float  # of all batches together
    padded_share: float | None  # of the positions computed, 0..1; None: the engine does not count
    slot_use: float | None  # share of the batch's places at work in the steps; likewise
    step: StepCounts
    same_as_loop: int  # prompts with the very tokens of the loop
    compared: int
    peak_bytes: int


def measured_loop(task: Task, prompts: int) -> tuple[LoopFigures, Ids]:
    """A plain loop over the first `prompts` of the task's prompts, once, after a short warm-up."""
    network = language_model(task.shape, task.device, task.dtype)
    asked = random_prompts(task.shape, network, prompts)
    _plain(network, task.shape, asked[0], min(8, task.new_tokens))
    found: Ids = []
    with peak_memory(task.device) as peak:
        taken_s = once(
            lambda: found.extend(
                _plain(network, task.shape, prompt, task.new_tokens) for prompt in asked
            ),
            task.device,
        )
    return LoopFigures(prompts, _count(found) / taken_s, peak.bytes), found


def measured_engine(
    name: str, task: Task, ceilings: Ceilings, loop: LoopFigures, said: Ids
) -> EngineFigures:
    """The engine called `name` on the task.

    Args:
        loop: the plain loop's figures.
        said: what it answered to the first prompts.

    Raises:
        SetupError: the engine cannot run the model as configured.
    """
    network = language_model(task.shape, task.device, task.dtype)
    prompts = random_prompts(task.shape, network, task.prompts)
    lengths = [len(prompt) for prompt in prompts]
    needed = read_bytes(network, task.shape, lengths, batch=task.batch, new_tokens=task.new_tokens)
    engine = _opened(name, network, task)
    found: list[Answer] = []

    rounds = count()

    def generate(new_tokens: int) -> Callable[[], None]:
        def work() -> None:
            found[:] = answers(engine, _anew(prompts, next(rounds)), new_tokens, task.batch)

        return work

    first_token_s = seconds(generate(1), task.device, task.rounds)
    counted = _Counted(engine)
    with peak_memory(task.device) as peak:
        taken_s = seconds(generate(task.new_tokens), task.device, task.rounds)
    since = counted.since()
    ids = [answer.ids for answer in found]
    rate = _count(ids) / taken_s
    share = needed / taken_s / ceilings.copy_bytes
    return EngineFigures(
        engine=name,
        tokens_per_s=rate,
        ratio_to_loop=rate / loop.tokens_per_s,
        copy_share=share,
        decode_copy_share=share / (1 - first_token_s / taken_s)
        if taken_s > first_token_s
        else None,
        first_token_s=first_token_s,
        padded_share=None if since is None else since.waste,
        slot_use=None if since is None else since.use,
        step=_step(engine, prompts[: task.batch]),
        same_as_loop=sum(one == other for one, other in zip(ids, said, strict=False)),
        compared=min(len(ids), len(said)),
        peak_bytes=peak.bytes,
    )


def _step(engine: "BatchedEngine | ReferenceEngine", prompts: Sequence[Prompt]) -> StepCounts:
    """A step, counted, with the host looking as seldom as it does on a GPU."""
    from stages.generate.engines.batched import LOOK_EVERY, BatchedEngine

    if isinstance(engine, BatchedEngine):
        engine.look_every = LOOK_EVERY
    return counted_step(engine, prompts)


class _Counted:
    """The positions an engine computes from here on."""

    def __init__(self, engine: "BatchedEngine | ReferenceEngine") -> None:
        from stages.generate.engines.batched import BatchedEngine

        self._now = engine.positions if isinstance(engine, BatchedEngine) else None
        self._before = self._now and replace(self._now)

    def since(self) -> Positions | None:
        """Those computed since; None where the engine does not count."""
        return self._now and self._before and self._now.since(self._before)


def _opened(name: str, network: "PreTrainedModel", task: Task) -> "BatchedEngine | ReferenceEngine":
    """The engine over `network`; DeepSpeed's ZeRO takes its weights from the CPU."""
    words = whole_vocabulary(task.shape)
    if name == "deepspeed-zero":
        network = network.cpu()
    record = task.record_steps and name == "deepspeed"
    return open_engine(name, network, words, device=task.device, record_steps=record)


def cache_bytes(task: Task, longest: int) -> int:
    """Bytes that the keys and values of a full batch take at its end, prompts of `longest`."""
    positions = min(task.batch, task.prompts) * (longest + task.new_tokens)
    return positions * cache_bytes_of_position(task.shape, task.dtype)


def _plain(
    network: "PreTrainedModel", shape: "MicroEmoConfig", prompt: Prompt, new_tokens: int
) -> tuple[int, ...]:
    """The greedy answer to one prompt, as a short script would ask for it."""
    import torch
    from transformers import GenerationConfig

    embeds = torch.cat([prompt.prefix, prompt.suffix])[None]
    settings = GenerationConfig(
        do_sample=False,
        max_new_tokens=new_tokens,
        eos_token_id=end_token(shape),
        pad_token_id=end_token(shape),
    )
    generate: Any = network.generate
    with torch.inference_mode():
        ids = generate(
            inputs_embeds=embeds,
            attention_mask=embeds.new_ones(embeds.shape[:2], dtype=torch.long),
            generation_config=settings,
        )
    return tuple(ids[0].tolist())


def _anew(prompts: Sequence[Prompt], round_: int) -> list[Prompt]:
    """The same prompts of other windows: an engine that remembers windows gains nothing by it."""
    return [replace(prompt, prefix_id=f"{round_} {prompt.prefix_id}") for prompt in prompts]


def read_bytes(
    network: "PreTrainedModel",
    shape: "MicroEmoConfig",
    lengths: Sequence[int],
    *,
    batch: int,
    new_tokens: int,
) -> int:
    """Bytes that decoding must read: from the second token on, the first comes of the prompt.

    Args:
        network: the language model of `shape`.
        shape: the model's.
        lengths: of the prompts.
        batch: prompts at once.
        new_tokens: of each answer.
    """
    steps = new_tokens - 1
    batches = -(-len(lengths) // batch)
    positions = sum(steps * length + steps * (steps + 1) // 2 for length in lengths)
    position = cache_bytes_of_position(shape, network.dtype)
    return batches * steps * step_bytes(network) + positions * position


def _count(ids: Iterable[tuple[int, ...]]) -> int:
    return sum(len(own) for own in ids)
