"""What a row says of its faces: their tracks, and what there is to doubt about the main one."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stages.faces.i420 import size
from stages.faces.quality import sharpness, usual_turn
from stages.faces.tracks import Track

SMALL_EYES = 16  # pixels of an analysis frame, less than half of a patch's
BLURRED = 0.05
WHOLE = 10_000  # of the frame's width or height, in the boxes of single frames


def describe(
    track: Track, track_id: int, frames: NDArray[np.uint8], *, keep_boxes: bool
) -> dict[str, Any]:
    """A track as the FACE struct of `stages.rows`.

    Args:
        frames: the window's analysis frames, [J, H * 3 / 2, W].
    """
    boxes = np.clip(track.boxes / np.array(size(frames) * 2), 0, 1)
    turn = usual_turn(track)
    return {
        "track_id": track_id,
        "start_s": float(track.times_s[0]),
        "end_s": float(track.times_s[-1]),
        "coverage": len(track.times_s) / len(frames),
        "score": track.score,
        "eye_distance": float(np.median([one.eye_distance for one in track.detections])),
        "sharpness": sharpness(frames, track),
        "yaw": turn.yaw if turn else None,
        "pitch": turn.pitch if turn else None,
        "roll": turn.roll if turn else None,
        "box": np.median(boxes, axis=0).tolist(),
        "box_times_s": track.times_s.tolist() if keep_boxes else None,
        "boxes": np.rint(boxes * WHOLE).astype(np.int16).ravel().tolist() if keep_boxes else None,
    }


def doubts(faces: Sequence[dict[str, Any]], sure_score: float, sure_coverage: float) -> list[str]:
    """Warnings on a window with pictures: no face, or a main one (the first) that is weak."""
    if not faces:
        return ["No face was found in its pictures."]
    score, coverage = faces[0]["score"], faces[0]["coverage"]
    found = []
    if score < sure_score:
        found.append(
            f"Its main face is weak and may be none: mean detection score {score:.2f}, "
            f"below {sure_score:g} (faces.sure_score)."
        )
    if coverage < sure_coverage:
        found.append(
            f"Its main face is in {100 * coverage:.0f} % of its pictures, "
            f"below {100 * sure_coverage:g} % (faces.sure_coverage)."
        )
    main = faces[0]
    if main["eye_distance"] < SMALL_EYES:
        found.append(
            f"Its main face is small, and movements of it are hard to see: "
            f"{main['eye_distance']:.0f} pixels between the eyes, below {SMALL_EYES}."
        )
    if main["sharpness"] < BLURRED:
        found.append(
            f"Its main face is blurred, and movements of it are hard to see: sharpness "
            f"{main['sharpness']:.2f}, below {BLURRED:g}."
        )
    return found
