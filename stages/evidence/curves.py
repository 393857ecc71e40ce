"""Curves of a face's regions and action units, for the row."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from stages.evidence.movement.measure import Movement
from stages.evidence.movement.points import REGIONS, of_region
from stages.evidence.spotting.decomposition import HALVES, UNITS, number
from stages.evidence.spotting.readings import Reading
from stages.evidence.spotting.spot import Sighting
from stages.face_template import EYES_APART

DECIMALS = 3


def curves(track_id: int, movements: list[Movement], sightings: list[Sighting]) -> dict[str, Any]:
    """The FACE_CURVES struct of `stages.rows` of a track.

    A region's value is the mean distance of its points from where they are at rest, in shares of
    the distance between the eyes; a unit's is its strength, 0..1 of its largest movement, null
    where it cannot be told from speech.

    Args:
        track_id: of the track.
        movements: of its stretches, in order of time.
        sightings: of the same.
    """
    return {
        "track_id": track_id,
        "times_s": np.concatenate([one.times_s for one in movements]).tolist(),
        "regions": [
            {
                "name": region,
                "values": _rounded(np.concatenate([_moved(one, region) for one in movements])),
            }
            for region in REGIONS
        ],
        "units": [
            {
                "name": f"AU{unit}",
                "values": [v for one in sightings for v in _strengths(one, unit)],
            }
            for unit in _units()
        ],
    }


def _units() -> list[int]:
    return sorted({number(unit) for units in UNITS.values() for unit in units})


def _moved(movement: Movement, region: Any) -> NDArray[np.float32]:
    own = movement.shifts[:, of_region(region)]
    away = np.linalg.norm(own - np.median(own, axis=0), axis=2).mean(axis=1)
    return np.asarray(away / EYES_APART, np.float32)


def _strengths(sighting: Sighting, unit: int) -> list[float | None]:
    half = next(h for h in HALVES if any(number(u) == unit for u in UNITS[h, "quiet"]))
    reading = sighting.long[half]
    return [_strength(reading, at, unit) for at in range(len(reading.evidence))]


def _strength(reading: Reading, at: int, unit: int) -> float | None:
    names = UNITS[reading.half, reading.setting(at)]
    own = [
        float(strength)
        for name, strength in zip(names, reading.strengths[at], strict=True)
        if number(name) == unit
    ]
    return round(min(max(own), 1.0), DECIMALS) if own else None


def _rounded(values: NDArray[np.float32]) -> list[float]:
    return [round(float(value), DECIMALS) for value in values]
