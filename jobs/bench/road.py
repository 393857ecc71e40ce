"""Time the whole road, from files to answers, with a model of some shape and random weights.

So it is known what a machine does in a day before there are weights worth running. Random weights
seldom end an answer, so that most are as long as the configuration allows: a trained model says
less and is faster.
"""

import argparse
import json
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from jobs.arguments import add_config_arguments, chosen_config
from jobs.bench.pipeline import through_pipeline
from jobs.bench.repeated import add_clip_arguments, chosen_clips
from pipeline.config import Config
from stages.faults import SetupError
from stages.model.config import ModelConfig
from stages.model.shapes import SHAPES
from stages.rows import Row

_HOURS_A_DAY = 24


@dataclass(frozen=True)
class Figures:
    """What one run of the clips took."""

    shape: str
    device: str
    clips: int
    windows: int
    video_s: float
    start_s: float
    work_s: float
    stage_s: dict[str, float]  # of all processes together, waits for a shared device included

    @property
    def hours_a_day(self) -> float:
        """Hours of video that this machine would do in a day, start-up left out."""
        return self.video_s / self.work_s * _HOURS_A_DAY


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `microemo bench road`."""
    add_clip_arguments(parser, clips=24)
    parser.add_argument("--shape", choices=SHAPES, default="tiny", help="the model's shape")
    parser.add_argument(
        "--model",
        type=Path,
        metavar="DIR",
        help="keep the model there, or take the one that was kept (default: make one for this run)",
    )
    add_config_arguments(parser)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")


def run(arguments: argparse.Namespace) -> int:
    """Make the model, send the clips through, and print what a day would do."""
    config = chosen_config(arguments)
    rows = chosen_clips(arguments)
    with tempfile.TemporaryDirectory() as made:
        folder = arguments.model or Path(made) / arguments.shape
        config = _with_model(config, arguments.shape, folder)
        start_s, work_s, done = through_pipeline(rows, config)
    figures = _figures(arguments.shape, config, len(rows), (start_s, work_s), done)
    _print(Console(), figures)
    if arguments.json:
        told = asdict(figures) | {"hours_a_day": figures.hours_a_day}
        arguments.json.write_text(json.dumps(told, indent=2))
    return 0


def _with_model(config: Config, shape: str, folder: Path) -> Config:
    """The configuration with the model in `folder`, which is made where there is none.

    Raises:
        SetupError: what is there is another model.
    """
    import torch

    from jobs.bench.model.random_folder import is_random_model, write_random_model
    from stages.model.loading import model_device

    model = config.section(ModelConfig)
    if not folder.exists():
        write_random_model(shape, folder, model_device(model), getattr(torch, model.dtype))
    elif not is_random_model(shape, folder):
        raise SetupError(
            f"--model {folder}: holds no model of shape {shape} with random weights. Name a folder "
            "that is not there yet, or the --shape that it was made with."
        )
    return config.model_copy(update={"model": model.model_copy(update={"path": str(folder)})})


def _figures(
    shape: str, config: Config, clips: int, taken_s: tuple[float, float], done: Sequence[Row]
) -> Figures:
    failed = [row for row in done if row["error"]]
    if failed:
        first = failed[0]
        raise SetupError(
            f"{len(failed)} of {len(done)} windows failed, so there is nothing to time: "
            f"{first['video_id']}: {first['error']['message']}"
        )
    stage_s: dict[str, float] = defaultdict(float)
    for row in done:
        for name, seconds in row["timings"].items():
            stage_s[name] += seconds or 0.0
    video_s = sum(row["end_s"] - row["start_s"] for row in done)
    device = config.section(ModelConfig).device
    return Figures(shape, device, clips, len(done), video_s, *taken_s, dict(stage_s))


def _print(console: Console, figures: Figures) -> None:
    table = Table(title=f"{figures.clips} clips, {figures.shape} with random weights")
    table.add_column("stage")
    table.add_column("s", justify="right")
    for name, seconds in figures.stage_s.items():
        table.add_row(name, f"{seconds:.1f}")
    console.print(table)
    console.print(
        f"{figures.video_s:.0f} s of video in {figures.work_s:.1f} s, start-up of "
        f"{figures.start_s:.1f} s left out: {figures.hours_a_day:.0f} hours of video a day"
    )
