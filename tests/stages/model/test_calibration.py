"""calibration.json: what it does to a confidence, and what is refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from stages.faults import SetupError
from stages.model.calibration import Calibration, read_calibration, write_calibration
from stages.model.checks import check_model
from stages.model.config import ModelConfig
from stages.model.folder import model_identity, uncalibrated_revision
from tests.models import copy_of_tiny

MAP: dict[str, Any] = {
    "method": "isotonic",
    "knots": [[0.2, 0.1], [0.6, 0.1], [0.8, 0.5]],
    "fitted_on": {"truth": "0a", "labels": 80, "videos": 9, "model": "0b", "wheels": "own"},
}


def test_it_is_straight_between_knots_and_level_outside() -> None:
    found = Calibration.model_validate(MAP)
    said = (0.0, 0.2, 0.4, 0.7, 0.8, 1.0)
    assert [found.applied(one) for one in said] == pytest.approx([0.1, 0.1, 0.1, 0.3, 0.5, 0.5])


def test_it_comes_back_from_its_file(tmp_path: Path) -> None:
    assert read_calibration(tmp_path) is None
    found = Calibration.model_validate(MAP)
    file = write_calibration(tmp_path, found)
    assert read_calibration(tmp_path) == found
    assert json.loads(file.read_text())["fitted_on"]["labels"] == 80
    assert [found.name for found in tmp_path.iterdir()] == ["calibration.json"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{", "its content"),
        ("[]", "its content"),
        (json.dumps({**MAP, "knots": []}), "knots"),
        (json.dumps({**MAP, "knots": [[0.2, 0.5], [0.6, 0.1]]}), "must rise"),
        (json.dumps({**MAP, "knots": [[0.2, 0.5], [0.2, 0.6]]}), "must rise"),
        (json.dumps({**MAP, "knots": [[0.2, 1.5]]}), r"knots\.0"),
        (json.dumps({**MAP, "knots": [[0.2, float("nan")]]}), r"knots\.0"),
        (json.dumps({**MAP, "method": "platt"}), "method"),
        (json.dumps({**MAP, "more": 1}), "more"),
        (" " * 1_000_001, "larger than"),
    ],
)
def test_what_is_no_map_is_refused_by_name(tmp_path: Path, text: str, fault: str) -> None:
    (tmp_path / "calibration.json").write_text(text)
    with pytest.raises(SetupError, match=rf"calibration\.json: .*{fault}[\s\S]*take the file away"):
        read_calibration(tmp_path)


def fitted_on(model: str) -> Calibration:
    return Calibration.model_validate({**MAP, "fitted_on": {**MAP["fitted_on"], "model": model}})


def test_a_map_makes_another_revision_and_is_told_of(tmp_path: Path) -> None:
    folder = copy_of_tiny(tmp_path / "mine")
    config = ModelConfig(path=str(folder))
    before = model_identity(config)["revision"]
    write_calibration(folder, fitted_on(before))
    assert model_identity(config)["revision"] != before
    assert uncalibrated_revision(folder) == before
    (check,) = check_model(config)
    assert "calibrated on 80 labels" in check.detail


def test_a_map_beside_weights_that_it_was_not_fitted_on_is_refused(tmp_path: Path) -> None:
    folder = copy_of_tiny(tmp_path / "mine")
    config = ModelConfig(path=str(folder))
    write_calibration(folder, fitted_on(model_identity(config)["revision"]))
    (folder / "generation_config.json").write_text('{"eos_token_id": 2}')
    with pytest.raises(SetupError, match=r"calibration\.json: was fitted on the answers of"):
        model_identity(config)


def test_a_check_finds_a_broken_map(tmp_path: Path) -> None:
    folder = copy_of_tiny(tmp_path / "mine")
    (folder / "calibration.json").write_text("{")
    (check,) = check_model(ModelConfig(path=str(folder)))
    assert "calibration.json" in check.detail
