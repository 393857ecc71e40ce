import pytest
from pydantic import ValidationError

from stages.faces.config import FacesConfig


@pytest.mark.parametrize(
    "detector", ["yunet", "lbp", "insightface:buffalo_l", "insightface:/a/d.onnx"]
)
def test_detectors_that_exist_are_taken(detector):
    assert FacesConfig(detector=detector).detector == detector


@pytest.mark.parametrize("detector", ["", "LBP", "lbp:x", "yunet:x", "insightface", "insightface:"])
def test_a_detector_nobody_knows_is_refused(detector):
    with pytest.raises(ValidationError, match="detector"):
        FacesConfig(detector=detector)


@pytest.mark.parametrize("device", ["gpu", "cuda:", "cuda:x", "CPU"])
def test_a_device_nobody_knows_is_refused(device):
    with pytest.raises(ValidationError, match="device"):
        FacesConfig(device=device)


def test_every_key_is_described():
    assert all(field.description for field in FacesConfig.model_fields.values())
