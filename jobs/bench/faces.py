"""Time the face detector beside the cascade, and tell how many pictures each finds a face in.

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
    findings = [
        finding for row in rows for finding in _measure(row["video_id"], row["uri"], config)
    ]
    _print(Console(), findings)
    if arguments.json:
        arguments.json.write_text(json.dumps([asdict(one) for one in findings], indent=2))
    return 0


def _measure(video_id: str, uri: str, config: Config) -> Iterator[Finding]:
    with open_media(uri) as container:
        duration_s = media_facts(container).duration_s
    with open_media(uri) as container:
        window = decode_window(container, 0.0, duration_s, config.section(DecodeConfig))
    times_s = np.asarray(window.analysis_times_s, np.float64)
    if not len(times_s):
        return
    for name, faces in _ways(config.section(FacesConfig)):
        yield _find(video_id, name, window.analysis_frames, times_s, faces)


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
