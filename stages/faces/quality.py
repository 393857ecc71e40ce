"""How well a face can be read: its size, its sharpness and the way it is turned."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stages.faces.alignment import pose
from stages.faces.crops import blocks_at, cut_patch
from stages.faces.tracks import Track

LOOKS = 5  # sightings that sharpness is measured on, evenly spread
INNER = slice(32, 112)  # rows and columns of a patch, a face without its outline
ROUNDING = 0.5  # square of grey levels: what rounding to whole ones adds to second differences
NOSE_OUT = 0.5  # distances of the eyes that the tip of the nose stands out
NOSE_DOWN = 0.56  # of the way from the eyes to the mouth, as YuNet sees heads from the front
MOUTH_DOWN = 1.16  # distances of the eyes from them to the mouth, as in ArcFace's template


@dataclass(frozen=True)
class Turn:
    """How a head is turned, in degrees; rough, from five points."""

    yaw: float  # towards the right of the picture
    pitch: float  # upwards
    roll: float  # clockwise in the picture


def turn_of(points: NDArray[np.float64]) -> Turn:
    """The turn of a head with five points [5, 2]: eyes, nose tip, mouth corners."""
    eyes = points[1] - points[0]
    roll = math.atan2(eyes[1], eyes[0])
    cosine, sine = math.cos(roll), math.sin(roll)
    upright = (points - points[:2].mean(axis=0)) @ np.array([[cosine, -sine], [sine, cosine]])
    nose, mouth = upright[2], upright[3:].mean(axis=0)
    height, apart = max(mouth[1], 1e-6), max(float(np.hypot(*eyes)), 1e-6)
    share = nose[1] / height
    aside = nose[0] - mouth[0] * NOSE_DOWN  # off the line from between the eyes to the mouth
    return Turn(
        yaw=math.degrees(math.atan(aside / apart / NOSE_OUT)),
        pitch=math.degrees(math.atan((NOSE_DOWN - share) * MOUTH_DOWN / NOSE_OUT)),
        roll=math.degrees(roll),
    )


def usual_turn(track: Track) -> Turn | None:
    """The median over a track's sightings; None without points."""
    turns = [turn_of(one.points) for one in track.detections if one.points is not None]
    if not turns:
        return None
    facts = np.array([(one.yaw, one.pitch, one.roll) for one in turns])
    yaw, pitch, roll = np.median(facts, axis=0).tolist()
    return Turn(yaw, pitch, roll)


def sharpness(frames: NDArray[np.uint8], track: Track) -> float:
    """Median over a few sightings of how sharp the face's patch is, 0..1."""
    sightings = [
        (time_s, detection)
        for stretch in track.stretches
        for time_s, detection in zip(
            stretch.sightings.times_s, stretch.sightings.detections, strict=True
        )
    ]
    chosen = np.unique(np.linspace(0, len(sightings) - 1, LOOKS).astype(int))
    found = []
    for time_s, detection in (sightings[index] for index in chosen):
        there = pose(detection)
        frame = frames[track.frames[np.searchsorted(track.times_s, time_s)]]
        patch = cut_patch(frame, there, blocks_at(float(there[2])))
        found.append(sharpness_of(np.asarray(patch)))
    return float(np.median(found))


def sharpness_of(patch: NDArray[np.uint8]) -> float:
    """How much of a patch's curvature of brightness is fine, 0..1; 0 where it is flat.

    Second differences between neighbours, to those between pixels twice as far apart: a quarter of
    them where brightness changes smoothly, which counts as 0, and as large as they are where there
    is detail in every pixel. As patches have one size, a small face enlarged is as little sharp as
    a blurred one. Noise counts as detail. Sharp film has
    0.2 to 0.3, a patch blurred by a pixel 0.1.
    """
    inner = patch[INNER, INNER].astype(np.float64)
    near, far = (_curvature(inner, step) for step in (1, 2))
    return float(np.clip((near / far - 0.25) / 0.75, 0, 1)) if far > 1.0 else 0.0


def _curvature(picture: NDArray[np.float64], step: int) -> float:
    """Root mean square of second differences at `step` pixels along both axes."""
    down = picture[2 * step :] - 2 * picture[step:-step] + picture[: -2 * step]
    wide = picture[:, 2 * step :] - 2 * picture[:, step:-step] + picture[:, : -2 * step]
    return math.sqrt(max(0.0, float((down**2).mean() + (wide**2).mean()) / 2 - ROUNDING))
