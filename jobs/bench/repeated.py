"""The clips that a benchmark sends through: files that are named, as often as it takes."""

import argparse
from collections.abc import Sequence
from itertools import cycle, islice

from jobs.arguments import whole_number
from pipeline.manifest import resolve_inputs
from stages.rows import Row


def add_clip_arguments(parser: argparse.ArgumentParser, clips: int) -> None:
    """VIDEOS and `--clips`.

    Args:
        clips: how many there are where nobody says.
    """
    parser.add_argument("videos", nargs="*", default=["samples"], metavar="VIDEOS")
    parser.add_argument(
        "--clips", type=whole_number(1), default=clips, help="clips in all; files are repeated"
    )


def chosen_clips(arguments: argparse.Namespace) -> list[Row]:
    """Source rows of the clips that the arguments name.

    Raises:
        SetupError: as `resolve_inputs`.
    """
    return repeated(resolve_inputs(arguments.videos).rows, arguments.clips)


def repeated(rows: Sequence[Row], count: int) -> list[Row]:
    """As many source rows as `count`, each with an id of its own."""
    copies = islice(cycle(rows), count)
    return [{**row, "video_id": f"{i}/{row['video_id']}"} for i, row in enumerate(copies)]
