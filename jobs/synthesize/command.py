"""Make dialogue clips whose truth is known, to train and to test on."""

import argparse
import shlex
import signal
import sys
import time
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path
from typing import get_args

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from jobs.arguments import whole_number
from jobs.console import open_console
from jobs.exit_codes import FINISHED, STOPPED
from jobs.synthesize.files.card import CARD, Made, write_card
from jobs.synthesize.files.record import SetRecord, claim
from jobs.synthesize.files.truth import truth_writer
from jobs.synthesize.order import ClipOrder, MadeClip
from jobs.synthesize.plan import Split
from jobs.synthesize.speech.track import voice_at_hand
from jobs.synthesize.unfilmed import write_script
from jobs.synthesize.workers import made_clips
from pipeline.evaluation.truth_columns import TRUTH_FILE
from stages.faults import SetupError

_HEIGHT = 256
_HEIGHTS = (128, 1080)
_MOST_CLIPS = 1_000_000  # what six digits in a name can count


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `microemo synthesize`."""
    parser.add_argument("out", metavar="OUT", help="folder for the clips and their truth")
    parser.add_argument("--clips", type=_clips, required=True, metavar="N", help="how many clips")
    parser.add_argument(
        "--seed",
        type=whole_number(0),
        required=True,
        metavar="S",
        help="other seeds make other clips; the same seed makes the same",
    )
    parser.add_argument(
        "--split",
        choices=get_args(Split),
        default="train",
        help="splits share no head and no sentence (default: train)",
    )
    parser.add_argument(
        "--height",
        type=_height,
        metavar="PIXELS",
        help=f"of the pictures, even, {_HEIGHTS[0]} to {_HEIGHTS[1]} (default: {_HEIGHT})",
    )
    contents = parser.add_mutually_exclusive_group()
    contents.add_argument(
        "--no-expressions",
        dest="expressions",
        action="store_false",
        help="make a negative set: nobody feels anything, and all that moves is a distractor",
    )
    contents.add_argument(
        "--unclear",
        action="store_true",
        help="make a set in which nothing can be told, to learn to abstain from",
    )
    contents.add_argument(
        "--no-clips",
        dest="filmed",
        action="store_false",
        help="write scripts and their truth, without films, to learn words from",
    )
    parser.add_argument("--quiet", action="store_true", help="print nothing but errors")


def run(arguments: argparse.Namespace) -> int:
    """Make the clips that are not there yet, and the table of truth of all of them."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    console = open_console(quiet=arguments.quiet)
    folder = Path(arguments.out)
    record = _record(arguments)
    claim(folder, record)
    orders = (_order(record, index) for index in range(arguments.clips))
    try:
        made_now = made_clips(orders, folder) if record.filmed else map(write_script, orders)
        totals = _make(made_now, arguments.clips, folder, console)
    except KeyboardInterrupt:
        kept = (
            f"the clips that are finished are kept in {folder}, and the same command goes on from "
            "there"
            if record.filmed
            else f"no script of this run is in {folder}; the same command begins again"
        )
        print(f"microemo: stopped; {kept}", file=sys.stderr)
        return STOPPED
    command = shlex.join(["microemo", *sys.argv[1:]])
    made = Made(command, record.version, record.split, record.seed, record.voice, record.unclear)
    write_card(folder, made)
    _show(console, folder, totals, arguments.clips, filmed=record.filmed)
    return FINISHED


def _record(arguments: argparse.Namespace) -> SetRecord:
    """
    Raises:
        SetupError: a height is asked of a set that has no pictures.
    """
    if not arguments.filmed and arguments.height is not None:
        raise SetupError("--height: there are no pictures with --no-clips. Leave one of them out.")
    return SetRecord(
        version=metadata.version("microemo"),
        split=arguments.split,
        seed=arguments.seed,
        height=(arguments.height or _HEIGHT) if arguments.filmed else None,
        voice=voice_at_hand() if arguments.filmed else None,
        expressions=arguments.expressions,
        unclear=arguments.unclear,
        filmed=arguments.filmed,
    )


def _order(record: SetRecord, index: int) -> ClipOrder:
    height = record.height or 0
    return ClipOrder(record.split, record.seed, index, height, record.expressions, record.unclear)


def _clips(text: str) -> int:
    number = whole_number(1)(text)
    if number > _MOST_CLIPS:
        raise argparse.ArgumentTypeError(f"'{text}' is more than {_MOST_CLIPS:,} to a folder")
    return number


def _height(text: str) -> int:
    number = whole_number(_HEIGHTS[0])(text)
    if number > _HEIGHTS[1] or number % 2:
        low, high = _HEIGHTS
        raise argparse.ArgumentTypeError(f"'{text}' is no even number from {low} to {high}")
    return number


class _Totals:
    """What was made in this run."""

    def __init__(self) -> None:
        self.made = 0
        self.made_s = 0.0
        self.utterances = 0
        self.began_at = time.monotonic()

    def add(self, clip: MadeClip) -> None:
        """Count a clip; one that was there already has no new seconds."""
        self.utterances += len(clip.rows)
        self.made += clip.is_new
        self.made_s += clip.duration_s * clip.is_new

    @property
    def seconds(self) -> float:
        """Since the beginning."""
        return time.monotonic() - self.began_at


def _make(clips: Iterable[MadeClip], count: int, folder: Path, console: Console) -> _Totals:
    totals = _Totals()
    bar = Progress(console=console, transient=True, disable=not console.is_terminal)
    with truth_writer(folder / TRUTH_FILE) as truth, bar:
        task = bar.add_task("making clips", total=count)
        for clip in clips:
            truth.add(clip.rows)
            totals.add(clip)
            bar.advance(task)
    return totals


def _show(console: Console, folder: Path, totals: _Totals, clips: int, *, filmed: bool) -> None:
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    table.add_row("clips" if filmed else "scripts", f"{clips:,}")
    if filmed:
        table.add_row("made in this run", f"{totals.made:,} ({totals.made_s:,.0f} s of film)")
    table.add_row("utterances", f"{totals.utterances:,}")
    rate = (
        f", {totals.made_s / totals.seconds:.1f} s of film a second"
        if totals.made and filmed
        else ""
    )
    table.add_row("time", f"{totals.seconds:.0f} s{rate}")
    table.add_row("truth", str(folder / TRUTH_FILE))
    table.add_row("card", str(folder / CARD))
    console.print(table)
