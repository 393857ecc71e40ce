"""Opens the detector that the configuration names."""

from stages.faces.config import FacesConfig
from stages.faces.detectors.detector import Detector


def open_detector(config: FacesConfig) -> Detector:
    """The detector that `faces.detector` names, loaded.

    Raises:
        stages.faults.SetupError: its weights, packages or device are not there.
    """
    backend, _, weights = config.detector.partition(":")
    if backend == "yunet":
        from stages.faces.detectors.yunet.detector import YunetDetector

        return YunetDetector(config)
    if backend == "lbp":
        from stages.faces.detectors.lbp import LbpDetector

        return LbpDetector(config.min_face)
    from stages.faces.detectors.scrfd import ScrfdDetector

    return ScrfdDetector(weights, config)
