"""How many frames a model must be given to see what a clip shows."""

import math

from pipeline.export.unit import Unit

_USUAL_FPS = 25.0


class Pace:
    """The fastest and the longest of some clips."""

    def __init__(self) -> None:
        self.fps = 0.0
        self.frames = 0

    def take(self, unit: Unit) -> None:
        """Look at the clip of a unit."""
        fps = unit.clip.fps or _USUAL_FPS
        length_s = unit.row["video_s"] if unit.clip.is_whole else unit.end_s - unit.start_s
        self.fps = max(self.fps, fps)
        self.frames = max(self.frames, math.ceil((length_s or 0.0) * fps) + 1)
