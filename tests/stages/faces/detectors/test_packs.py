import pytest

from stages.faces.detectors.packs import detector_file
from stages.faults import SetupError


def test_the_detector_is_picked_out_of_a_pack(tmp_path):
    pack = tmp_path / "buffalo_l"
    pack.mkdir()
    for name in ("1k3d68.onnx", "det_10g.onnx", "w600k_r50.onnx"):
        (pack / name).touch()
    assert detector_file("buffalo_l", str(tmp_path)) == pack / "det_10g.onnx"
    assert detector_file(str(pack), "/nowhere") == pack / "det_10g.onnx"
    assert detector_file(str(pack / "1k3d68.onnx"), "/nowhere") == pack / "1k3d68.onnx"


def test_a_pack_unpacked_into_a_folder_of_its_own_is_found(tmp_path):
    inner = tmp_path / "antelopev2" / "antelopev2"
    inner.mkdir(parents=True)
    (inner / "scrfd_10g_bnkps.onnx").touch()
    assert detector_file("antelopev2", str(tmp_path)) == inner / "scrfd_10g_bnkps.onnx"


def test_a_missing_pack_says_what_it_is_and_how_to_get_it(tmp_path):
    with pytest.raises(SetupError) as fault:
        detector_file("buffalo_l", str(tmp_path / "models"))
    for part in ("faces.detector", "det_10g.onnx", "289 MB", "non-commercial", "model.download"):
        assert part in str(fault.value)
    assert list(tmp_path.iterdir()) == []


def test_a_pack_that_nobody_knows_is_not_promised(tmp_path):
    with pytest.raises(SetupError, match=r"my_pack is neither a folder nor a pack"):
        detector_file("my_pack", str(tmp_path))


@pytest.mark.parametrize("names", [(), ("a.onnx", "b.onnx"), ("det_a.onnx", "det_b.onnx")])
def test_a_folder_without_exactly_one_detector_is_refused_by_what_it_holds(tmp_path, names):
    for name in names:
        (tmp_path / name).touch()
    with pytest.raises(SetupError, match=r"not one SCRFD detector") as fault:
        detector_file(str(tmp_path), "/nowhere")
    assert all(name in str(fault.value) for name in names)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(SetupError, match=r"there is no file .*gone\.onnx"):
        detector_file(str(tmp_path / "gone.onnx"), "/nowhere")
