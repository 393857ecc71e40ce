"""Whether the face detector's weights are there, and which ones they are."""

from pathlib import Path

from stages.check import Check, fail, ok
from stages.faces.config import FacesConfig
from stages.faces.detectors.packs import detector_file
from stages.faces.detectors.yunet.weights import FILE, verified_weights
from stages.faults import SetupError
from stages.identity import Identity, revision_of

_OTHERWISE = "faces.detector=yunet and faces.detector=lbp need no download."


def check_detector(config: FacesConfig) -> Check:
    """Whether the face detector's weights are there."""
    backend, _, weights = config.detector.partition(":")
    if backend == "lbp":
        return ok("face detector", "lbp, comes with scikit-image")
    try:
        if backend == "yunet":
            verified_weights()
            return ok("face detector", f"yunet, {FILE}")
        file = detector_file(weights, config.model_root)
    except SetupError as fault:
        return fail("face detector", str(fault), _OTHERWISE)
    return ok("face detector", str(file))


def detector_identity(config: FacesConfig) -> Identity:
    """The detector under "detector": its backend, its file and the file's content.

    Raises:
        SetupError: its weights are not there.
    """
    backend, _, weights = config.detector.partition(":")
    if backend == "lbp":
        import skimage.data

        cascade = skimage.data.lbp_frontal_face_cascade_filename()  # type: ignore[no-untyped-call]
        return {"detector": {"name": "lbp", "revision": revision_of([Path(cascade)])}}
    if backend == "yunet":
        return {"detector": {"name": "yunet", "revision": revision_of([FILE])}}
    file = detector_file(weights, config.model_root)
    return {"detector": {"name": f"{backend}:{file.name}", "revision": revision_of([file])}}
