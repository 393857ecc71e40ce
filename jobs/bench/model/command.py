"""Time the model's parts and its engines with random weights, beside what the machine can do."""

import argparse
import json
import platform
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from pydantic import ValidationError
from rich.console import Console

from jobs.arguments import whole_number
from jobs.bench.model.ceilings import Ceilings, measured_ceilings
from jobs.bench.model.engines import (
    EngineFigures,
    LoopFigures,
    cache_bytes,
    measured_engine,
    measured_loop,
)
from jobs.bench.model.networks import Weight, require_memory, weights
from jobs.bench.model.prompts import longest_prompt, require_context
from jobs.bench.model.table import (
    print_ceilings,
    print_counts,
    print_engines,
    print_vision,
    print_weights,
)
from jobs.bench.model.task import Task
from jobs.bench.model.vision import VisionFigures, measured_encoder, measured_pooler
from stages.faults import SetupError
from stages.generate.config import GenerateConfig
from stages.model.config import ModelConfig
from stages.model.shapes import SHAPES

if TYPE_CHECKING:
    import torch


ENGINES: tuple[str, ...] = get_args(GenerateConfig.model_fields["engine"].annotation)
DTYPES: tuple[str, ...] = get_args(ModelConfig.model_fields["dtype"].annotation)
META = "meta"
OTHER_TOKENS = 1  # the exit code where an engine does not say what the loop says


@dataclass(frozen=True)
class Figures:
    """All that one run has measured."""

    preset: str
    machine: dict[str, Any]
    settings: dict[str, int]
    ceilings: Ceilings
    weights: dict[str, Weight]
    vision: list[VisionFigures]
    loop: LoopFigures
    engines: list[EngineFigures]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `microemo bench model`."""
    parser.add_argument("--preset", choices=SHAPES, default="tiny", help="the model's shape")
    parser.add_argument(
        "--device", default="cpu", help="cpu, cuda, cuda:<index>, or meta, which only counts"
    )
    parser.add_argument("--dtype", choices=DTYPES, default="float32")
    parser.add_argument(
        "--engines",
        type=_engines,
        default=list(ENGINES),
        metavar="NAME,...",
        help=f"of {', '.join(ENGINES)} (default: all)",
    )
    parser.add_argument("--batch", type=whole_number(1), default=64, help="prompts at once")
    parser.add_argument(
        "--new-tokens", type=whole_number(2), default=256, help="tokens of each answer"
    )
    parser.add_argument("--prompts", type=whole_number(1), default=64, help="prompts in all")
    parser.add_argument(
        "--loop-prompts",
        type=whole_number(1),
        metavar="N",
        help="prompts the plain loop is given, the first ones (default: all)",
    )
    parser.add_argument(
        "--frames", type=whole_number(1), default=32, help="frames the encoder takes"
    )
    parser.add_argument(
        "--rounds", type=whole_number(1), default=3, help="rounds; the median is told"
    )
    parser.add_argument(
        "--record-steps", action="store_true", help="as generate.record_steps; on a GPU alone"
    )
    threads = ModelConfig.model_fields["threads"].default
    parser.add_argument(
        "--threads", type=whole_number(1), default=threads, help=f"CPU threads (default: {threads})"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")


def run(arguments: argparse.Namespace) -> int:
    """Measure and print; refuse what does not fit before anything is allocated."""
    import torch

    console = Console()
    shape = SHAPES[arguments.preset]()
    dtype: torch.dtype = getattr(torch, arguments.dtype)
    held = weights(shape, dtype)
    if arguments.device == META:
        print_weights(console, arguments.preset, held)
        counted = {name: asdict(weight) for name, weight in held.items()}
        _write(arguments.json, {"preset": arguments.preset, "weights": counted})
        return 0
    task = Task(
        shape,
        _device(arguments),
        dtype,
        arguments.frames,
        arguments.prompts,
        arguments.batch,
        arguments.new_tokens,
        arguments.rounds,
        arguments.record_steps,
    )
    require_context(shape, task.new_tokens)
    require_memory(held, cache_bytes(task, longest_prompt(shape)), task.device, arguments.preset)
    figures = _measured(arguments, task, held)
    _print(console, figures)
    _write(arguments.json, asdict(figures))
    return _verdict(console, figures)


def _measured(arguments: argparse.Namespace, task: Task, held: dict[str, Weight]) -> Figures:
    ceilings = measured_ceilings(task.device, task.dtype)
    vision = [*measured_encoder(task, ceilings), measured_pooler(task, ceilings)]
    looped = min(arguments.loop_prompts or task.prompts, task.prompts)
    loop, said = measured_loop(task, looped)
    engines = [measured_engine(name, task, ceilings, loop, said) for name in arguments.engines]
    settings = {
        name: getattr(arguments, name)
        for name in ("prompts", "batch", "new_tokens", "frames", "rounds")
    }
    machine = _machine(task, arguments.threads)
    return Figures(arguments.preset, machine, settings, ceilings, held, vision, loop, engines)


def _device(arguments: argparse.Namespace) -> "torch.device":
    """The device asked for, after a look whether it is there; sets the CPU threads too."""
    from stages.model.loading import model_device

    try:
        chosen = ModelConfig(
            device=arguments.device, dtype=arguments.dtype, threads=arguments.threads
        )
    except ValidationError as fault:
        key = fault.errors()[0]["loc"][0]
        given = getattr(arguments, str(key))
        allowed = (
            f"cpu, cuda, cuda:<index> or {META}" if key == "device" else "a number of 1 to 256"
        )
        raise SetupError(f"--{key} {given} is not {allowed}") from fault
    return model_device(chosen)


def _machine(task: Task, threads: int) -> dict[str, Any]:
    """Where it was measured."""
    import torch

    on_gpu = task.device.type == "cuda"
    return {
        "device": torch.cuda.get_device_name(task.device) if on_gpu else platform.machine(),
        "dtype": str(task.dtype).removeprefix("torch."),
        "threads": threads,
        "torch": torch.__version__,
        "transformers": metadata.version("transformers"),
    }


def _print(console: Console, figures: Figures) -> None:
    machine, settings = figures.machine, figures.settings
    where = f"{machine['device']}, {machine['dtype']}, CPU threads: {machine['threads']}"
    print_weights(console, figures.preset, figures.weights)
    print_ceilings(console, where, figures.ceilings)
    print_vision(console, figures.vision)
    title = (
        f"{settings['prompts']} prompts, {settings['batch']} at once, "
        f"{settings['new_tokens']} new tokens each"
    )
    print_engines(console, title, figures.loop, figures.engines)
    print_counts(console, figures.engines)


def _verdict(console: Console, figures: Figures) -> int:
    """0, or a failure where an engine in 32 bits says other than the plain loop.

    In 16 bits another order of sums may turn the choice between two words of nearly one score, and
    with random weights many are: there the table only tells how often.
    """
    if figures.machine["dtype"] != "float32":
        return 0
    others = [one.engine for one in figures.engines if one.same_as_loop < one.compared]
    for name in others:
        console.print(f"{name} did not say what the plain loop says; its rate counts for nothing")
    return OTHER_TOKENS if others else 0


def _write(file: Path | None, figures: dict[str, Any]) -> None:
    if file:
        file.write_text(json.dumps(figures, indent=2), encoding="utf-8")


def _engines(text: str) -> list[str]:
    names = [name.strip() for name in text.split(",")]
    for name in names:
        if name not in ENGINES:
            raise argparse.ArgumentTypeError(
                f"there is no engine '{name}', only {', '.join(ENGINES)}"
            )
    return list(dict.fromkeys(names))
