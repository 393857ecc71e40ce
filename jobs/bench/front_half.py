"""Videos through the stages up to the evidence, one by one, with the CPU time of each stage."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.evaluation.events.film import SpottedFilm
from pipeline.evaluation.events.films import SpottedFilms
from stages.faces import FacesConfig
from stages.faces.detectors.detector import Detector
from stages.faces.detectors.opening import open_detector
from stages.faces.stage import sample_frames
from stages.rows import Row
from stages.stage import Stage

DETECTION = "detection"
"""What is timed by itself of the stage `faces`: its detector on the frames that it looks at."""

_KEPT = ("video_id", "utterances", "faces")


@dataclass(frozen=True)
class FrontHalf:
    """What came of it.

    Attributes:
        films: what was spotted, by video.
        windows: `video_id`, `utterances` and `faces` of each window.
        failed: videos and windows with an error, each with its message.
        seconds: of video.
        cpu_s: by stage, and `DETECTION`, which is contained in faces.
    """

    films: Mapping[str, SpottedFilm]
    windows: tuple[Row, ...]
    failed: tuple[str, ...]
    seconds: float
    cpu_s: Mapping[str, float]

    @property
    def ratio(self) -> float | None:
        """CPU time of tracking and evidence over that of decoding and detection."""
        cpu = {name: self.cpu_s.get(name, 0.0) for name in ("decode", "faces", "evidence")}
        found = self.cpu_s.get(DETECTION, 0.0)
        tracked = max(cpu["faces"] - found, 0.0)
        below = cpu["decode"] + found
        return (tracked + cpu["evidence"]) / below if below > 0 else None


def through_front_half(
    sources: Iterable[Row], stages: Sequence[Stage], faces: FacesConfig
) -> FrontHalf:
    """Send each video through the stages before the next, so that one video's frames are held.

    Args:
        sources: source rows.
        stages: built; those up to evidence, in order.
        faces: the section of the stage `faces`, for the detector that is timed by itself.
    """
    detector = open_detector(faces)
    films, failed, cpu_s = SpottedFilms(), [], dict.fromkeys([DETECTION, *_names(stages)], 0.0)
    windows: list[Row] = []
    seconds = 0.0
    for source in sources:
        rows = [source]
        for stage in stages:
            began = time.process_time()
            rows = list(stage(rows))
            cpu_s[stage.spec.name] += time.process_time() - began
            if stage.spec.name == "decode":
                cpu_s[DETECTION] += sum(_detection_s(row, detector, faces) for row in rows)
        for row in rows:
            if row.get("error"):
                name = row.get("window_id") or row["video_id"]
                failed.append(f"{name}: {row['error']['message']}")
            else:
                films.add(row)
                windows.append({name: row[name] for name in _KEPT})
                seconds += row["end_s"] - row["start_s"]
    return FrontHalf(films.films, tuple(windows), tuple(failed), seconds, cpu_s)


def _names(stages: Iterable[Stage]) -> list[str]:
    return [stage.spec.name for stage in stages]


def _detection_s(row: Row, detector: Detector, config: FacesConfig) -> float:
    """CPU seconds of the detector on the frames of a window that `faces` looks at."""
    frames = row.get("analysis_frames")
    if row.get("error") or frames is None or not len(frames):
        return 0.0
    times_s = np.asarray(row["analysis_times_s"], np.float64)
    looks = [frames[index] for index in sample_frames(times_s, config.detect_fps)]
    began = time.process_time()
    for _ in detector.detect(looks):
        pass
    return time.process_time() - began
