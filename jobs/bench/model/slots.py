"""Generation in counts and shares, on a language model as deep as a large one and very narrow.

Nothing here depends on the machine: the steps that count are those of a model with 32 layers, and
rows end at lengths that its random weights and the seeds give. The host looks as it does on a GPU.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from jobs.bench.model.counts import FEW, MANY, counted_step
from jobs.bench.model.engines import read_bytes
from jobs.bench.model.networks import language_model
from jobs.bench.model.prompts import random_prompts, whole_vocabulary
from stages.generate.engines.batched import LOOK_EVERY, BatchedEngine
from stages.generate.engines.engine import Prompt, Sampling
from stages.generate.engines.vocabulary import vocabulary
from stages.model.shapes import tiny

if TYPE_CHECKING:
    from stages.model.configuration_microemo import MicroEmoConfig

LAYERS = 32
ROWS = 8  # of the step that is counted
SLOTS, PROMPTS, NEW_TOKENS = 32, 256, 48


def generation_figures(layers: int = LAYERS) -> dict[str, float]:
    """Each figure by its name in thresholds.yaml.

    Args:
        layers: of the language model.
    """
    import torch

    shape = _deep_and_narrow(layers)
    network = language_model(shape, torch.device("cpu"), torch.float32)
    allowed = vocabulary(network, whole_vocabulary(shape))
    embedding: Any = network.get_input_embeddings()
    engine = BatchedEngine("counted", network, embedding, allowed, look_every=LOOK_EVERY)
    prompts = random_prompts(shape, network, PROMPTS)
    step = counted_step(engine, prompts[:ROWS])
    lengths = [len(prompt) for prompt in prompts[:ROWS]]
    few, many = (
        read_bytes(network, shape, lengths, batch=ROWS, new_tokens=tokens) for tokens in (FEW, MANY)
    )
    recorded = BatchedEngine(
        "recorded", network, embedding, allowed, look_every=LOOK_EVERY, capture=_uncounted
    )
    return {
        "calls_per_step": step.calls,
        "calls_beside_recorded_step": _calls_beside(recorded, prompts[:ROWS]),
        "host_transfers_per_step": step.host_transfers,
        "moved_to_needed": step.moved_bytes * (MANY - FEW) / (many - few),
        **_shares(engine, prompts),
    }


def _calls_beside(engine: BatchedEngine, prompts: list[Prompt]) -> float:
    """Calls that the host still makes in a step when what the model computes is played back."""
    for _ in range(2):  # each kind of step is met, and recorded
        engine.generate(prompts, MANY)
    return counted_step(engine, prompts).calls


def _uncounted(work: Callable[[], None]) -> Callable[[], None]:
    """Stands for a recording, where there is no GPU: it does the work again.

    In a thread of its own, into which nothing of the count reaches.
    """
    import torch

    def done() -> None:
        with torch.inference_mode():
            work()

    def play() -> None:
        with ThreadPoolExecutor(1) as thread:
            thread.submit(done).result()

    return play


def _shares(engine: BatchedEngine, prompts: list[Prompt]) -> dict[str, float]:
    """Padding and use of slots, where every row ends somewhere else.

    Drawn from nearly even chances over 64 tokens, one of which ends an answer.
    """
    before = replace(engine.positions)
    sampling = [Sampling(temperature=1.0, top_p=1.0, seed=seed) for seed in range(len(prompts))]
    engine.generate(prompts, NEW_TOKENS, sampling, SLOTS)
    since = engine.positions.since(before)
    return {"padded_share": since.waste, "slot_use": since.use}


def _deep_and_narrow(layers: int) -> "MicroEmoConfig":
    """The tiny shape with another language model: grouped queries, a small vocabulary."""
    shape = tiny()
    shape.text_config.update(
        {
            "hidden_size": 64,
            "intermediate_size": 192,
            "num_hidden_layers": layers,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "head_dim": 16,
            "vocab_size": 64,
        }
    )
    return shape
