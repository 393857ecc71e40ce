"""The stage: analysis frames in, face tracks and aligned crops out."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stages.check import Check
from stages.contract import StageSpec
from stages.faces.checks import check_detector, detector_identity
from stages.faces.config import FacesConfig
from stages.faces.crops import Cuts, cut_faces, no_cuts
from stages.faces.description import describe, doubts
from stages.faces.detectors.detector import Detector
from stages.faces.detectors.opening import open_detector
from stages.faces.i420 import check
from stages.faces.likeness import looks_of
from stages.faces.poses import track_poses
from stages.faces.rejoining import rejoin
from stages.faces.shots import find_shots
from stages.faces.strip import face_strip
from stages.faces.tracks import Track, follow, interpolate, rank
from stages.identity import Identity
from stages.rows import Row
from stages.section import Sections
from stages.stage import Stage


class FacesStage(Stage):
    """Finds the faces of a window, follows them and cuts crops of the main one."""

    section = FacesConfig
    spec = StageSpec(
        name="faces",
        reads=("analysis_frames", "analysis_times_s", "start_s", "end_s", "warnings"),
        writes=(
            "faces",
            "crops",
            "crop_times_s",
            "crop_track_ids",
            "face_patches",
            "face_strip",
            "detector",
            "warnings",
        ),
        drops=("analysis_frames", "analysis_times_s"),
        needs=("identity",),
    )

    def __init__(self, config: FacesConfig, identity: Identity | None = None) -> None:
        """Load the detector.

        Args:
            config: the section.
            identity: names the detector on the rows.

        Raises:
            SetupError: the detector's weights, packages or device are not there.
        """
        self._config = config
        self._detector = open_detector(config)
        sure_score = config.sure_score
        self._sure_score = self._detector.trust.sure if sure_score is None else sure_score
        self._weights = (identity or {}).get("detector")

    @classmethod
    def checks(cls, sections: Sections, *, thorough: bool) -> list[Check]:
        """See `Stage.checks`: the detector's weights."""
        return [check_detector(sections[cls.spec.name])]

    @classmethod
    def identity(cls, sections: Sections) -> Identity:
        """See `Stage.identity`: the detector."""
        return detector_identity(sections[cls.spec.name])

    def process(self, rows: list[Row]) -> list[Row]:
        """Add face tracks and crops to each window; a window without a face gets empty ones."""
        return [{**row, **self._faces(row), "detector": self._weights} for row in rows]

    def _faces(self, row: Row) -> dict[str, Any]:
        frames = row["analysis_frames"]
        warnings = list(row.get("warnings") or [])
        if not len(frames):
            return {**_crop_columns([], no_cuts()), "faces": [], "warnings": warnings}
        check(frames)
        times_s = np.asarray(row["analysis_times_s"], dtype=np.float64)
        tracks = find_tracks(frames, times_s, self._detector, self._config)
        cut = tracks[: self._config.crop_tracks]
        poses = [track_poses(frames, track, self._config.smooth_s) for track in cut]
        faces = [
            describe(track, track_id, frames, keep_boxes=self._config.keep_boxes)
            for track_id, track in enumerate(tracks)
        ]
        warnings += doubts(faces, self._sure_score, self._config.sure_coverage)
        columns = _crop_columns(cut, cut_faces(frames, cut, poses))
        return {**columns, "faces": faces, "warnings": warnings}


def find_tracks(
    frames: NDArray[np.uint8],
    times_s: NDArray[np.float64],
    detector: Detector,
    config: FacesConfig,
) -> list[Track]:
    """The face tracks of a window, the main one first.

    Args:
        frames: uint8 [J, H * 3 / 2, W], I420.
        times_s: their times, [J], rising.
    """
    min_score = detector.trust.begins if config.min_score is None else config.min_score
    tracks: list[Track] = []
    for first, stop in find_shots(frames, times_s):
        sampled = sample_frames(times_s[first:stop], config.detect_fps) + first
        found = [
            [replace(face, looks=looks_of(frames[index], face)) for face in faces]
            for index, faces in zip(
                sampled, detector.detect(frames[index] for index in sampled), strict=True
            )
        ]
        seen = follow(times_s[sampled], found, min_score, config.max_gap_s)
        for face in rejoin(seen, config.max_gap_s):
            parts = (interpolate(part, times_s, config.smooth_s) for part in face)
            tracks.append(Track(tuple(parts)))
    return rank(tracks, config.max_tracks)


def sample_frames(times_s: NDArray[np.float64], fps: float) -> NDArray[np.int64]:
    """Indices of the frames of a shot to look for faces on, its first and last among them."""
    steps = int(np.ceil((times_s[-1] - times_s[0]) * fps))
    wanted = np.linspace(times_s[0], times_s[-1], steps + 1)
    after = np.clip(np.searchsorted(times_s, wanted), 1, max(1, len(times_s) - 1))
    if len(times_s) == 1:
        return np.zeros(1, np.int64)
    before_is_nearer = wanted - times_s[after - 1] < times_s[after] - wanted
    return np.unique(after - before_is_nearer)


def _crop_columns(tracks: list[Track], cuts: Cuts) -> dict[str, Any]:
    """The columns about crops of the tracks that have them."""
    times_s = [time_s for track in tracks for time_s in track.times_s.tolist()]
    track_ids = [track_id for track_id, track in enumerate(tracks) for _ in track.times_s]
    of_main = len(tracks[0].times_s) if tracks else 0
    strip = face_strip(cuts.crops[:of_main], np.array(times_s[:of_main]))
    return {
        "crops": cuts.crops,
        "crop_times_s": times_s,
        "crop_track_ids": track_ids,
        "face_patches": cuts.patches,
        "face_strip": _image(strip),
    }


def _image(jpeg: bytes | None) -> dict[str, bytes | None] | None:
    """As the IMAGE struct of `stages.rows`."""
    return None if jpeg is None else {"bytes": jpeg, "path": None}
