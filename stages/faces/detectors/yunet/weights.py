"""YuNet's weights: a file in the package, known by its hash."""

import hashlib
from pathlib import Path

from stages.faults import SetupError

FILE = Path(__file__).with_name("face_detection_yunet_2023mar.onnx")
SHA256 = "8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4"


def verified_weights(file: Path = FILE) -> bytes:
    """The content of the weights.

    Raises:
        SetupError: the file cannot be read, or is not the one that belongs to the package.
    """
    try:
        content = file.read_bytes()
    except OSError as fault:
        raise SetupError(f"faces.detector: {file} cannot be read: {fault.strerror}. {_MEND}") from (
            fault
        )
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise SetupError(f"faces.detector: {file} is damaged or another model. {_MEND}")
    return content


_MEND = (
    "Install microemo again, or fetch the file: python -m stages.faces.detectors.yunet.fetch. "
    "faces.detector=lbp does without it."
)
