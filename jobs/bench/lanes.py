"""Time the same clips with the model in one process and with generation in one of its own.

In one process the encoder waits while the language model writes, and the other way round; in two,
each keeps a share of the cores or of the card, and visual tokens pass between them. Both ways go
through Ray, by turns.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from jobs.arguments import add_config_arguments, chosen_config, whole_number
from jobs.bench.pipeline import through_pipeline
from jobs.bench.repeated import add_clip_arguments, chosen_clips
from pipeline.config import Config
from pipeline.lanes import LaneConfig
from stages.faults import SetupError

_WRITER = "generate"


@dataclass(frozen=True)
class Round:
    """Seconds of work over the clips, start-up left out."""

    together_s: float
    apart_s: float


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `microemo bench lanes`."""
    add_clip_arguments(parser, clips=24)
    parser.add_argument(
        "--rounds", type=whole_number(1), default=2, help="rounds; the median is told"
    )
    parser.add_argument(
        "--encoder-share",
        type=float,
        default=0.4,
        metavar="SHARE",
        help="of what the lane books, cores and card, the part that encoding keeps (default: 0.4)",
    )
    add_config_arguments(parser)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")


def run(arguments: argparse.Namespace) -> int:
    """Measure both ways and print their ratio."""
    together = chosen_config(arguments)
    apart = _apart(together, arguments.encoder_share)
    rows = chosen_clips(arguments)
    rounds = []
    for _ in range(arguments.rounds):
        _, together_s, _ = through_pipeline(rows, together)
        _, apart_s, _ = through_pipeline(rows, apart)
        rounds.append(Round(together_s, apart_s))
    _print(Console(), rounds, len(rows))
    if arguments.json:
        figures = {"clips": len(rows), "rounds": [asdict(each) for each in rounds]}
        arguments.json.write_text(json.dumps(figures, indent=2))
    return 0


def _apart(config: Config, share: float) -> Config:
    """The same configuration with the lane of the language model cut in two before it."""
    if not 0 < share < 1:
        raise SetupError("--encoder-share: must be between 0 and 1")
    lanes: list[LaneConfig] = []
    for lane in config.lanes:
        before = tuple(name for name in lane.stages if name != _WRITER)
        if len(before) in (0, len(lane.stages)):
            lanes.append(lane)
        else:
            lanes += [_part(lane, before, share), _part(lane, (_WRITER,), 1 - share)]
    if len(lanes) == len(config.lanes):
        raise SetupError(f"lanes: none holds {_WRITER} beside another stage; nothing to part")
    return config.model_copy(update={"lanes": tuple(lanes)})


def _part(lane: LaneConfig, stages: tuple[str, ...], share: float) -> LaneConfig:
    booked = {"cpus": lane.cpus * share, "gpus": lane.gpus * share}
    return lane.model_copy(update={"stages": stages, **booked})


def _print(console: Console, rounds: Sequence[Round], clips: int) -> None:
    table = Table(title=f"{clips} clips, median of {len(rounds)} rounds")
    for heading in ("encode, pool and generate", "work s", "clips/s"):
        table.add_column(heading, justify="left" if heading.startswith("encode") else "right")
    for name, label in (("together_s", "in one process"), ("apart_s", "generate in its own")):
        work_s = median(getattr(each, name) for each in rounds)
        table.add_row(label, f"{work_s:.1f}", f"{clips / work_s:.2f}")
    console.print(table)
    ratio = median(each.together_s / each.apart_s for each in rounds)
    console.print(f"in one process over in two (more than 1: two are faster): {ratio:.2f}")
