"""Score facial events and speakers found in synthetic clips, and time the front half."""

import argparse
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import pyarrow.parquet as pq
from rich.console import Console
from rich.table import Table

from jobs.arguments import add_config_arguments, chosen_config, whole_number
from jobs.bench.front_half import DETECTION, FrontHalf, through_front_half
from jobs.bench.speakers import plain_speakers, show_speakers, speaker_figures
from jobs.console import open_console
from jobs.evaluate.as_json import plain_events
from jobs.evaluate.table import show_events
from jobs.exit_codes import FINISHED
from jobs.synthesize.order import ClipOrder
from jobs.synthesize.plan import Split
from jobs.synthesize.workers import made_clips
from pipeline.config import Config
from pipeline.evaluation.events.film import TrueFilm
from pipeline.evaluation.events.films import true_films
from pipeline.evaluation.events.scoring import score_events
from pipeline.evaluation.reading import read_truth
from pipeline.evaluation.truth_columns import TRUTH_FILE
from pipeline.manifest import resolve_inputs
from pipeline.plain_loop import build_stage
from stages.faces import FacesConfig
from stages.faults import SetupError

_STAGE = "evidence"
_HEIGHT = 256


@dataclass(frozen=True)
class Clips:
    """A folder of clips, and what is true of them."""

    folder: Path
    films: Mapping[str, TrueFilm]
    rows: Sequence[Mapping[str, Any]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `microemo bench evidence`."""
    parser.add_argument(
        "folder",
        nargs="?",
        metavar="FOLDER",
        help="of microemo synthesize (default: clips are made, and thrown away)",
    )
    parser.add_argument(
        "--clips", type=whole_number(1), default=40, metavar="N", help="to be made (default: 40)"
    )
    parser.add_argument(
        "--split", choices=get_args(Split), default="test", help="of those (default: test)"
    )
    parser.add_argument(
        "--seed",
        type=whole_number(0),
        default=0,
        metavar="S",
        help="of those, and of the draws behind the intervals (default: 0)",
    )
    parser.add_argument(
        "--no-expressions",
        dest="expressions",
        action="store_false",
        help="make clips in which nobody shows a feeling: all that is spotted is false",
    )
    add_config_arguments(parser)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")


def run(arguments: argparse.Namespace) -> int:
    """Spot, score, and print both the scores and what it took."""
    console = open_console()
    config = chosen_config(arguments)
    names = _front_half(config)
    with _clips(arguments) as clips:
        sources = resolve_inputs([str(clips.folder)]).rows
        stages = [build_stage(name, config) for name in names]
        found = through_front_half(sources, stages, config.section(FacesConfig))
        scores = score_events(clips.films, found.films, arguments.seed)
        speakers = speaker_figures(clips.rows, found.windows)
    if arguments.json is not None:
        figures = _figures(found) | {"events": plain_events(scores)}
        figures["speakers"] = plain_speakers(speakers)
        arguments.json.write_text(
            json.dumps(figures, indent=2, ensure_ascii=False, allow_nan=False), "utf-8"
        )
    show_events(console, scores)
    show_speakers(console, speakers)
    _show_times(console, found)
    for told in found.failed:
        console.print(f"failed: {told}", markup=False, soft_wrap=True)
    return FINISHED


def _front_half(config: Config) -> list[str]:
    """The stages up to the evidence; those behind it need a model.

    Raises:
        SetupError: the recipe does not look for events.
    """
    names = list(config.recipe.names)
    if _STAGE not in names:
        raise SetupError(
            f"stages: {', '.join(names)}: none of them is {_STAGE}, which spots events. Leave the "
            "stages as they are by default, or name it behind faces."
        )
    return names[: names.index(_STAGE) + 1]


@contextmanager
def _clips(arguments: argparse.Namespace) -> Iterator[Clips]:
    """The folder that was named, or one that is made and thrown away.

    Raises:
        SetupError: there is no truth of facial events in it, or no clip can be made.
    """
    if arguments.folder is not None:
        films = read_truth(arguments.folder).true_films
        if films is None:
            raise SetupError(
                f"{arguments.folder}: its truth says nothing of facial events. Name a folder of "
                "`microemo synthesize`."
            )
        folder = Path(arguments.folder)
        yield Clips(folder, films, pq.read_table(folder / TRUTH_FILE).to_pylist())
        return
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        orders = (
            ClipOrder(arguments.split, arguments.seed, index, _HEIGHT, arguments.expressions)
            for index in range(arguments.clips)
        )
        rows = [row for clip in made_clips(orders, folder) for row in clip.rows]
        yield Clips(folder, true_films(rows), rows)


def _show_times(console: Console, found: FrontHalf) -> None:
    table = Table("stage", "CPU ms a second of video", box=None, padding=(0, 2, 0, 0))
    for name, spent_s in found.cpu_s.items():
        label = f"{name} (in faces)" if name == DETECTION else name
        table.add_row(label, f"{_a_second(spent_s, found):.1f}")
    console.print(table)
    if found.ratio is not None:
        console.print(f"(tracking + evidence) / (decode + detection): {found.ratio:.2f}")


def _a_second(spent_s: float, found: FrontHalf) -> float:
    """CPU milliseconds for each second of video; 0 where there is no video."""
    return 1000 * spent_s / found.seconds if found.seconds > 0 else 0.0


def _figures(found: FrontHalf) -> dict[str, Any]:
    return {
        "seconds": found.seconds,
        "failed": found.failed,
        "cpu_ms_a_second": {name: _a_second(spent, found) for name, spent in found.cpu_s.items()},
        "ratio": found.ratio,
    }
