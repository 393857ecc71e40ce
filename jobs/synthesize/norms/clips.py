"""How the points of a face shift without an expression, measured on clips with truth."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow.parquet as pq
from scipy.ndimage import gaussian_filter1d

from pipeline.config import load_config
from pipeline.evaluation.truth_columns import TRUTH_FILE
from pipeline.manifest import resolve_inputs
from pipeline.plain_loop import build_stage, chain
from stages.evidence.movement.measure import Movement, measure
from stages.evidence.movement.points import named
from stages.evidence.norms.norms import LAG_S
from stages.evidence.spotting.lags import off_the_middle
from stages.evidence.tracks import stretches
from stages.rows import Row

Array = npt.NDArray[np.float64]
_ASIDE_S = 0.3  # kept clear around what moves on purpose
_SLOW_S = 1.0  # of the Gaussian whose course is the place at rest
_KEPT = 0.97  # of the frames; the rest are mistakes of tracking
_FEWEST = 5  # patches
_TALKS = 0.5  # of the lips' movement of the face that moves them most


@dataclass(frozen=True)
class _Track:
    """A face, when it may have been speaking, and when it showed something."""

    movement: Movement
    speaking: npt.NDArray[np.bool_]
    short_free: npt.NDArray[np.bool_]
    long_free: npt.NDArray[np.bool_]


def covariances(folder: Path) -> dict[str, npt.NDArray[np.float32]]:
    """The covariances of `stages.evidence.norms`, from a folder of `microemo synthesize`."""
    parts: dict[str, list[Array]] = {}
    for track in _tracks(folder):
        flat = track.movement.flat
        lag = round(LAG_S * track.movement.rate)
        short = off_the_middle(flat, lag)
        long = flat - gaussian_filter1d(flat, _SLOW_S * track.movement.rate, axis=0, mode="nearest")
        for setting, spoken in (("quiet", ~track.speaking), ("speaking", track.speaking)):
            parts.setdefault(f"{setting}_short", []).append(short[spoken & track.short_free])
            parts.setdefault(f"{setting}_long", []).append(long[spoken & track.long_free])
    return {name: _covariance(np.concatenate(found)) for name, found in parts.items()}


def _covariance(movements: Array) -> npt.NDArray[np.float32]:
    spread = 1.4826 * np.median(np.abs(movements), axis=0) + 1e-3
    size = ((movements / spread) ** 2).mean(axis=1)
    kept = movements[size < np.quantile(size, _KEPT)]
    return np.asarray(kept.T @ kept / len(kept), np.float32)


def _tracks(folder: Path) -> Iterator[_Track]:
    truth: dict[str, list[Row]] = {}
    for row in pq.read_table(folder / TRUTH_FILE).to_pylist():
        truth.setdefault(row["video_id"], []).append(row)
    config = load_config()
    stages = [build_stage(name, config) for name in ("transcribe", "segment", "decode", "faces")]
    for row in chain(stages, resolve_inputs([str(folder)]).rows):
        tracks = list(stretches(row))
        moved = [measure(track.patches, track.times_s, track.yaw_deg) for track in tracks]
        for movement, speaking in zip(moved, _speaking(moved, row["utterances"]), strict=True):
            events = [event for said in truth[row["video_id"]] for event in said["events"]]
            expressions = [e for e in events if e["kind"] in {"micro", "macro"}]
            sudden = [e for e in events if e["kind"] in {"micro", "macro", "blink"}]
            times_s = movement.times_s
            yield _Track(movement, speaking, _clear(times_s, sudden), _clear(times_s, expressions))


def _clear(times_s: Array, events: list[Row]) -> npt.NDArray[np.bool_]:
    clear = np.ones(len(times_s), bool)
    for event in events:
        begins, ends = event["onset_s"] - _ASIDE_S, event["offset_s"] + _ASIDE_S
        clear &= (times_s < begins) | (times_s > ends)
    return clear


def _speaking(moved: list[Movement], utterances: list[Row]) -> list[npt.NDArray[np.bool_]]:
    """When each face may be speaking: in an utterance in which its lips move as others' do not."""
    lips = named("chin", "lower_lip", "upper_lip", "mouth_corner")
    spoken = [np.zeros(len(one.times_s), bool) for one in moved]
    for said in utterances:
        within = [
            (one.times_s >= said["start_s"]) & (one.times_s <= said["end_s"]) for one in moved
        ]
        pairs = zip(moved, within, strict=True)
        sizes = [_moving(one.shifts[there][:, lips]) for one, there in pairs]
        for index, there in enumerate(within):
            if sizes[index] >= _TALKS * max(sizes):
                spoken[index] |= there
    return spoken


def _moving(shifts: npt.NDArray[np.float32]) -> float:
    """Mean movement from patch to patch of shifts [n, p, 2]; 0 where there are too few."""
    return float(np.abs(np.diff(shifts, axis=0)).mean()) if len(shifts) > _FEWEST else 0.0
