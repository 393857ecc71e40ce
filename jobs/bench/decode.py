"""Time the decode stage beside a bare PyAV pass that decodes and scales the same frames.

The bare pass is what a short script would do: open, decode on one thread, scale every frame to
analysis size and the global frames to the model's size. It is run twice over: once throwing the
scaled frames away, once keeping the analysis frames as arrays, which is what a later stage needs.
"""

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from jobs.arguments import add_config_arguments, chosen_config, whole_number
from jobs.bench.thresholds import WITHIN, add_check_argument, compare
from pipeline.manifest import resolve_inputs
from stages.decode.config import DecodeConfig
from stages.decode.pictures import analysis_size
from stages.decode.window import decode_window
from stages.media import media_facts, open_media


@dataclass(frozen=True)
class Clip:
    """CPU seconds of one clip, the best of all rounds."""

    video_id: str
    frames: int
    stage_s: float
    bare_s: float
    bare_keeping_s: float


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `microemo bench decode`."""
    parser.add_argument("videos", nargs="*", default=["samples"], metavar="VIDEOS")
    parser.add_argument(
        "--rounds", type=whole_number(1), default=5, help="rounds; the fastest is told"
    )
    add_config_arguments(parser)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    add_check_argument(parser)


def run(arguments: argparse.Namespace) -> int:
    """Measure each clip as one window and print the ratios."""
    console = Console()
    config = chosen_config(arguments).section(DecodeConfig)
    rows = resolve_inputs(arguments.videos).rows
    clips = [_measure(row["video_id"], row["uri"], config, arguments.rounds) for row in rows]
    _print(console, clips)
    if arguments.json:
        arguments.json.write_text(json.dumps([asdict(clip) for clip in clips], indent=2))
    ratio = sum(clip.bare_s for clip in clips) / sum(clip.stage_s for clip in clips)
    return compare("decode", {"bare_to_stage": ratio}, console) if arguments.check else WITHIN


def _measure(video_id: str, uri: str, config: DecodeConfig, rounds: int) -> Clip:
    with open_media(uri) as container:
        duration_s = media_facts(container).duration_s

    def stage() -> int:
        with open_media(uri) as container:
            return len(decode_window(container, 0.0, duration_s, config).analysis_times_s)

    # Not every container says how many frames it holds; to know it costs no way anything.
    known = stage()

    def bare() -> int:
        return _bare_pass(uri, known, config, keep=False)

    def bare_keeping() -> int:
        return _bare_pass(uri, known, config, keep=True)

    best, frames = _fastest([stage, bare, bare_keeping], rounds)
    return Clip(video_id, frames, *best)


def _fastest(ways: list[Callable[[], int]], rounds: int) -> tuple[list[float], int]:
    """The least CPU seconds of each way, taken in turn, and the frames they all decode."""
    best = [float("inf")] * len(ways)
    counts: set[int] = set()
    for _ in range(rounds):
        for index, way in enumerate(ways):
            began = time.process_time()
            counts.add(way())
            best[index] = min(best[index], time.process_time() - began)
    if len(counts) != 1:
        raise RuntimeError(f"the ways decoded different numbers of frames: {sorted(counts)}")
    return best, counts.pop()


def _bare_pass(uri: str, frames: int, config: DecodeConfig, *, keep: bool) -> int:
    import av
    from av.video.reformatter import VideoReformatter

    with av.open(uri) as container:
        stream = container.streams.video[0]
        stream.thread_count = config.threads
        size = analysis_size(stream.width, stream.height, 1, config.analysis_short_side)
        taken = set(np.arange(0, frames, frames / config.max_frames).astype(int).tolist())
        to_analysis, to_global = VideoReformatter(), VideoReformatter()
        kept = []
        count = 0
        for frame in container.decode(stream):
            scaled = to_analysis.reformat(
                frame, width=size.width, height=size.height, format="yuv420p", threads=1
            )
            if keep:
                kept.append(scaled.to_ndarray())
            if count in taken:
                side = config.image_size
                to_global.reformat(frame, width=side, height=side, format="rgb24", threads=1)
            count += 1
    return count


def _print(console: Console, clips: list[Clip]) -> None:
    table = Table(title="decode: CPU seconds, and bare PyAV over the stage (more is better)")
    for heading in ("clip", "frames", "stage s", "bare s", "bare / stage", "keeping / stage"):
        table.add_column(heading, justify="left" if heading == "clip" else "right")
    for clip in clips:
        table.add_row(
            clip.video_id,
            str(clip.frames),
            f"{clip.stage_s:.3f}",
            f"{clip.bare_s:.3f}",
            f"{clip.bare_s / clip.stage_s:.2f}",
            f"{clip.bare_keeping_s / clip.stage_s:.2f}",
        )
    console.print(table)
    totals = [
        sum(values)
        for values in zip(*[(c.stage_s, c.bare_s, c.bare_keeping_s) for c in clips], strict=False)
    ]
    console.print(
        f"all clips: bare / stage {totals[1] / totals[0]:.2f}, "
        f"keeping the frames / stage {totals[2] / totals[0]:.2f}"
    )
