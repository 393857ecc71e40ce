"""Sightings of one face, as the detector gave them."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from stages.faces.detectors.detector import Detection


@dataclass
class Tracklet:
    """One face at the sampled frames of one shot."""

    times_s: list[float] = field(default_factory=list)
    detections: list[Detection] = field(default_factory=list)

    def add(self, time_s: float, detection: Detection) -> None:
        """Note where the face was seen next."""
        self.times_s.append(time_s)
        self.detections.append(detection)

    def followed_by(self, later: "Tracklet") -> "Tracklet":
        """Both as one."""
        return Tracklet(self.times_s + later.times_s, self.detections + later.detections)

    @property
    def scores(self) -> NDArray[np.float64]:
        """Detection scores, [n]."""
        return np.array([detection.score for detection in self.detections])

    def looks(self, which: slice) -> NDArray[np.float32]:
        """How the face looks on average at some of its sightings, as `likeness.looks_of`.

        Raises:
            ValueError: it was not noted.
        """
        noted = [one.looks for one in self.detections[which] if one.looks is not None]
        if not noted:
            raise ValueError("no looks were noted of this tracklet")
        return np.asarray(np.mean(noted, axis=0))
