import pytest

from stages.faces.config import FacesConfig
from stages.faces.detectors.lbp import LbpDetector
from stages.faces.detectors.opening import open_detector
from stages.faces.detectors.yunet.detector import YunetDetector
from stages.faults import SetupError


def test_the_default_needs_nothing_but_the_packages(tmp_path):
    config = FacesConfig(model_root=str(tmp_path / "nothing"))
    assert isinstance(open_detector(config), YunetDetector)


def test_a_pack_that_is_not_there_ends_before_the_first_video(tmp_path):
    config = FacesConfig(detector="insightface:buffalo_l", model_root=str(tmp_path))
    with pytest.raises(SetupError, match="buffalo_l"):
        open_detector(config)


def test_the_cascade_goes_by_its_name():
    assert isinstance(open_detector(FacesConfig(detector="lbp")), LbpDetector)
