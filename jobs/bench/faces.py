"""Time the face detector beside the cascade, tell how many pictures each finds a face in, and
how steadily the main face lies in its patches.

Each clip is one window, decoded once. The detector of the configuration is run at its input size
and at half of it; the cascade `lbp` is the yardstick. Whether a face is one, only a person can see.
"""

import argparse
import json
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from jobs.arguments import add_config_arguments, chosen_config
from jobs.bench.steadiness import Steadiness, steadiness
from pipeline.config import Config
from pipeline.manifest import resolve_inputs
from stages.decode.config import DecodeConfig
from stages.decode.window import decode_window
from stages.faces import FacesConfig
from stages.faces.detectors.opening import open_detector
from stages.faces.stage import find_tracks, sample_frames
from stages.media import media_facts, open_media


@dataclass(frozen=True)
class Finding:
    """What one detector found in one clip."""

    video_id: str
    detector: str
    frames: int  # looked at
    with_face: int  # of them, with a face that may begin a track
    cpu_ms: float  # a frame
    tracks: int
    coverage: float  # of the main face, 0..1
    score: float  # of the main face, 0..1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `microemo bench faces`."""
    parser.add_argument("videos", nargs="*", default=["samples"], metavar="VIDEOS")
    add_config_arguments(parser)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")


def run(arguments: argparse.Namespace) -> int:
    """Measure each clip with each detector and print what was found."""
    config = chosen_config(arguments)
    rows = resolve_inputs(arguments.videos).rows
    findings: list[Finding] = []
    steady: list[Steadiness] = []
    for row in rows:
        found, of_main = _measure(row["video_id"], row["uri"], config)
        findings += found
        steady += of_main
    _print(Console(), findings)
    _print_steadiness(Console(), steady)
    if arguments.json:
        written = {
            "findings": [asdict(one) for one in findings],
            "steadiness": [asdict(one) for one in steady],
        }
        arguments.json.write_text(json.dumps(written, indent=2))
    return 0


def _measure(video_id: str, uri: str, config: Config) -> tuple[list[Finding], list[Steadiness]]:
    with open_media(uri) as container:
        duration_s = media_facts(container).duration_s
    with open_media(uri) as container:
        window = decode_window(container, 0.0, duration_s, config.section(DecodeConfig))
    frames, times_s = window.analysis_frames, np.asarray(window.analysis_times_s, np.float64)
    if not len(times_s):
        return [], []
    own = config.section(FacesConfig)
    findings = [_find(video_id, name, frames, times_s, faces) for name, faces in _ways(own)]
    steady = steadiness(video_id, frames, times_s, own)
    return findings, [steady] if steady else []


def _ways(config: FacesConfig) -> Iterator[tuple[str, FacesConfig]]:
    if config.detector != "lbp":
        yield f"{config.detector}, {config.input_size}", config
        half = max(128, config.input_size // 64 * 32)
        yield f"{config.detector}, {half}", config.model_copy(update={"input_size": half})
    yield "lbp", config.model_copy(update={"detector": "lbp"})


def _find(
    video_id: str,
    name: str,
    frames: NDArray[np.uint8],
    times_s: NDArray[np.float64],
    config: FacesConfig,
) -> Finding:
    detector = open_detector(config)
    tracks = find_tracks(frames, times_s, detector, config)  # it warms up the detector, too
    looks = [frames[index] for index in sample_frames(times_s, config.detect_fps)]
    least = detector.trust.begins if config.min_score is None else config.min_score
    began = time.process_time()
    found = list(detector.detect(looks))
    spent_s = time.process_time() - began
    return Finding(
        video_id=video_id,
        detector=name,
        frames=len(looks),
        with_face=sum(any(face.score >= least for face in faces) for faces in found),
        cpu_ms=1000 * spent_s / len(looks),
        tracks=len(tracks),
        coverage=len(tracks[0].times_s) / len(frames) if tracks else 0.0,
        score=tracks[0].score if tracks else 0.0,
    )


def _print(console: Console, findings: list[Finding]) -> None:
    table = Table(title="faces: frames looked at, and the main face of each clip")
    table.add_column("clip")
    table.add_column("detector")
    for heading in ("frames", "with a face", "CPU ms", "tracks", "main face in", "its score"):
        table.add_column(heading, justify="right")
    for one in findings:
        table.add_row(
            one.video_id,
            one.detector,
            str(one.frames),
            f"{one.with_face / one.frames:.1%}",
            f"{one.cpu_ms:.1f}",
            str(one.tracks),
            f"{one.coverage:.1%}",
            f"{one.score:.2f}",
        )
    console.print(table)
    for name in dict.fromkeys(one.detector for one in findings):
        mine = [one for one in findings if one.detector == name]
        frames = sum(one.frames for one in mine)
        console.print(
            f"{name}: a face in {sum(one.with_face for one in mine) / frames:.1%} of {frames} "
            f"frames, {sum(one.cpu_ms * one.frames for one in mine) / frames:.1f} ms a frame"
        )


def _print_steadiness(console: Console, steady: list[Steadiness]) -> None:
    table = Table(title="faces: how far the main face shifts from patch to patch, pixels")
    table.add_column("clip")
    for heading in ("by points", "by pixels too", "left", "CPU ms a pose", "CPU ms a crop"):
        table.add_column(heading, justify="right")
    for one in steady:
        table.add_row(
            one.video_id,
            f"{one.points_px:.2f}",
            f"{one.pixels_px:.2f}",
            f"{one.pixels_px / one.points_px:.0%}" if one.points_px else "-",
            f"{one.pose_ms:.2f}",
            f"{one.cut_ms:.2f}",
        )
    console.print(table)
