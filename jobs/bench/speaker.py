"""Tell how often the face that speaks is found in the clips of a benchmark with known truth.

CORPUS is a folder of `microemo synthesize`. Each clip is one window, and its utterances are those
of the truth. The yardstick is to name the main face always. In a second round the speaker's face is
kept from view, and nobody must be named.
"""

import argparse
import json
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from jobs.arguments import add_config_arguments, chosen_config
from pipeline.config import Config
from pipeline.evaluation.speakers import SpeakerFigures, score_speakers
from pipeline.evaluation.truth_columns import TRUTH_FILE
from stages.decode.config import DecodeConfig
from stages.decode.window import decode_window
from stages.evidence.speaker.find import find_speakers
from stages.faces import FacesConfig
from stages.faces.description import describe
from stages.faces.detectors.detector import Detector
from stages.faces.detectors.opening import open_detector
from stages.faces.patches import make_patches
from stages.faces.stage import find_tracks
from stages.faults import SetupError
from stages.media import media_facts, open_media
from stages.transcribe.listening.sound import RATE, Sound

Truth = Mapping[str, Any]
Window = dict[str, Any]

_NEEDED = ("video_id", "start_s", "end_s", "speaker_place")
_STEP_S = 0.04  # of the loudness curve
_MIDDLE = 0.5
_FAINTEST = 1e-6  # amplitude, full scale being 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `microemo bench speaker`."""
    parser.add_argument("corpus", metavar="CORPUS", type=Path)
    add_config_arguments(parser)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")


def run(arguments: argparse.Namespace) -> int:
    """Find the speakers of each clip and print how often they are right."""
    config = chosen_config(arguments)
    truth = _read(arguments.corpus / TRUTH_FILE)
    detector = open_detector(config.section(FacesConfig))
    shown: list[Window] = []
    hidden: list[tuple[Truth, Window]] = []
    spent = _Spent()
    for video_id, rows in groupby(truth, key=lambda row: str(row["video_id"])):
        clip = _read_clip(arguments.corpus / video_id, detector, config)
        utterances = [_utterance(row, clip.sound) for row in rows]
        shown.append(_window(video_id, clip, utterances, spent))
        hidden += _without_speakers(video_id, clip, utterances)
    figures = {
        "in view": score_speakers(truth, shown),
        "main face": score_speakers(truth, [_by_main_face(window) for window in shown]),
        "kept from view": score_speakers(*zip(*hidden, strict=True)) if hidden else None,
    }
    _print(Console(), figures, spent)
    if arguments.json:
        found = {name: one and asdict(one) for name, one in figures.items()}
        arguments.json.write_text(json.dumps({**found, "ms_a_patch": spent.ms_a_patch}, indent=2))
    return 0


@dataclass(frozen=True)
class _Clip:
    """What is seen and heard in a clip: its faces as the faces stage finds them, its sound."""

    faces: list[dict[str, Any]]
    patches: NDArray[np.uint8]  # [C, 128, 128]
    times_s: NDArray[np.float64]  # [C]
    track_ids: NDArray[np.int64]  # [C]
    sound: NDArray[np.float32]  # [n] at 16 kHz

    def without(self, track_ids: Collection[int]) -> "_Clip":
        """The clip as if some faces were not seen in it."""
        stay = ~np.isin(self.track_ids, list(track_ids))
        return _Clip(
            [face for face in self.faces if face["track_id"] not in track_ids],
            self.patches[stay],
            self.times_s[stay],
            self.track_ids[stay],
            self.sound,
        )


@dataclass
class _Spent:
    """CPU time of finding speakers."""

    seconds: float = 0.0
    patches: int = 0

    @property
    def ms_a_patch(self) -> float:
        """Milliseconds."""
        return 1000 * self.seconds / max(self.patches, 1)


def _read(path: Path) -> list[Truth]:
    try:
        there = pq.read_schema(path).names
        if "speaker_place" not in there:
            raise SetupError(
                f"{path}: has no column speaker_place; give the command again that made the "
                "folder: `microemo synthesize` keeps the clips and writes the truth anew."
            )
        rows: list[Truth] = pq.read_table(path, columns=list(_NEEDED)).to_pylist()
    except (pa.ArrowException, OSError) as fault:
        raise SetupError(
            f"{path}: cannot be read: {fault}. Name a folder of `microemo synthesize`."
        ) from fault
    return rows


def _read_clip(path: Path, detector: Detector, config: Config) -> _Clip:
    faces = config.section(FacesConfig)
    with open_media(str(path)) as container:
        duration_s = media_facts(container).duration_s
    with open_media(str(path)) as container:
        window = decode_window(container, 0.0, duration_s, config.section(DecodeConfig))
    with open_media(str(path)) as container:
        sound = np.concatenate([np.empty(0, np.float32), *Sound(container, duration_s).pieces()])
    frames = window.analysis_frames
    times_s = np.asarray(window.analysis_times_s, np.float64)
    tracks = find_tracks(frames, times_s, detector, faces)
    lengths = [len(track.times_s) for track in tracks]
    return _Clip(
        [describe(track, index, frames, keep_boxes=True) for index, track in enumerate(tracks)],
        make_patches(frames, tracks, faces.smooth_s),
        np.concatenate([np.empty(0), *(track.times_s for track in tracks)]),
        np.repeat(np.arange(len(tracks)), lengths),
        sound,
    )


def _utterance(row: Truth, sound: NDArray[np.float32]) -> dict[str, Any]:
    """As in a row of the pipeline; its voice has a loudness curve alone."""
    starts = row["start_s"] + _STEP_S * np.arange(int((row["end_s"] - row["start_s"]) / _STEP_S))
    first = np.rint(starts * RATE).astype(np.int64)
    steps = np.pad(sound, (0, RATE))[first[:, None] + np.arange(round(_STEP_S * RATE))]
    level = np.sqrt(np.mean(np.square(steps, dtype=np.float64), axis=1))
    curve = 20 * np.log10(np.maximum(level, _FAINTEST))
    return {**row, "voice": {"loudness_curve_db": curve.tolist()}}


def _window(
    video_id: str, clip: _Clip, utterances: Sequence[Mapping[str, Any]], spent: _Spent
) -> Window:
    began = time.process_time()
    found = find_speakers(clip.faces, clip.patches, clip.times_s, clip.track_ids, utterances)
    spent.seconds += time.process_time() - began
    spent.patches += len(clip.patches)
    answers = [
        {**said, "speaker_track": one.track, "speaker_score": one.score}
        for said, one in zip(utterances, found, strict=True)
    ]
    return {"video_id": video_id, "faces": clip.faces, "utterances": answers}


def _by_main_face(window: Window) -> Window:
    """The yardstick: whoever has the main face of the clip says everything."""
    main = 0 if window["faces"] else None
    said = [{**one, "speaker_track": main, "speaker_score": 1.0} for one in window["utterances"]]
    return {**window, "utterances": said}


def _without_speakers(
    video_id: str, clip: _Clip, utterances: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[Truth, Window]]:
    """Each utterance with another face in view, with the speaker's taken away, and its truth."""
    for said in utterances:
        if said["speaker_place"] in {"left", "right"}:
            on_left = said["speaker_place"] == "left"
            speakers = {
                face["track_id"]
                for face in clip.faces
                if ((face["box"][0] + face["box"][2]) / 2 < _MIDDLE) == on_left
            }
            others = clip.without(speakers)
            if others.faces:
                window = _window(video_id, others, [said], _Spent())
                yield {**said, "speaker_place": None}, window


def _print(console: Console, figures: Mapping[str, SpeakerFigures | None], spent: _Spent) -> None:
    table = Table(title="speaker: utterances by whether the face that speaks was found")
    table.add_column("speaker")
    for heading in ("utterances", "right", "wrong", "unsure", "of named", "mean score"):
        table.add_column(heading, justify="right")
    for name, one in figures.items():
        if one is not None and one.utterances:
            table.add_row(
                name,
                str(one.utterances),
                f"{one.right / one.utterances:.1%}",
                f"{one.wrong / one.utterances:.1%}",
                f"{(one.unsure + one.missed) / one.utterances:.1%}",
                f"{one.named_right / one.named:.1%}" if one.named else "-",
                "-" if one.mean_score is None else f"{one.mean_score:.3f}",
            )
    console.print(table)
    console.print(f"{spent.patches} patches, {spent.ms_a_patch:.3f} ms CPU each")
