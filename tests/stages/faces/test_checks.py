"""The face detector: there or not, and which one it is."""

from pathlib import Path

from stages.check import State
from stages.faces.checks import check_detector, detector_identity
from stages.faces.config import FacesConfig


def test_the_detector_in_the_package() -> None:
    assert check_detector(FacesConfig()).state is State.OK


def test_a_detector_pack(tmp_path: Path) -> None:
    config = FacesConfig(detector="insightface:buffalo_l", model_root=str(tmp_path))
    check = check_detector(config)
    assert check.state is State.FAIL
    assert "non-commercial research only" in check.detail
    (tmp_path / "buffalo_l").mkdir()
    (tmp_path / "buffalo_l" / "det_10g.onnx").touch()
    assert check_detector(config).state is State.OK


def test_the_detector_in_the_package_has_a_revision() -> None:
    identity = detector_identity(FacesConfig())
    assert identity["detector"]["name"] == "yunet"
    assert len(identity["detector"]["revision"]) == 12
