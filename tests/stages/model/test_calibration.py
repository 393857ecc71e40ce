"""calibration.json: what it does to a confidence, and what is refused."""

import json
from math import exp, log
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stages.faults import SetupError
from stages.model.calibration import Calibration, read_calibration, write_calibration
from stages.model.checks import check_model
from stages.model.config import ModelConfig
from stages.model.folder import model_identity, uncalibrated_revision
from tests.models import copy_of_tiny

MAP: dict[str, Any] = {
    "method": "logistic",
    "level": -0.5,
    "sureness": 0.3,
    "measured": {"macro": 1.0, "voice": 0.5},
    "classes": {"joy": {"weight": 0.7, "words": ["glad", "happy"]}},
    "fitted_on": {"truth": "0a", "labels": 80, "videos": 9, "model": "0b", "wheels": "own"},
}


GLAD = {"weight": 1, "words": ["glad"]}
FOUND = Calibration.model_validate(MAP)


def chance_of(odds: float) -> Any:
    return pytest.approx(1 / (1 + exp(-odds)))


def test_weights_add_up_to_log_odds() -> None:
    assert FOUND.applied(0.5, "tired", ()) == chance_of(-0.5)
    assert FOUND.applied(0.5, "Glad", {"macro"}) == chance_of(-0.5 + 0.7 + 1.0)
    assert FOUND.applied(0.5, "glad", {"voice", "micro"}) == chance_of(-0.5 + 0.7 + 0.5)
    assert FOUND.applied(0.9, "tired", ()) == chance_of(-0.5 + 0.3 * log(9))


@given(
    st.lists(st.floats(0, 1), min_size=2, max_size=9),
    st.sampled_from(["glad", "tired"]),
    st.sets(st.sampled_from(["micro", "macro", "voice"])),
)
def test_of_labels_that_are_alike_the_surer_stays_the_surer_and_none_is_certain(
    chances: list[float], label: str, measured: set[str]
) -> None:
    found = [FOUND.applied(chance, label, measured) for chance in sorted(chances)]
    assert found == sorted(found)
    assert 1 / 82 <= found[0] <= found[-1] <= 1 - 1 / 82


def test_weights_as_large_as_a_file_may_hold_break_nothing() -> None:
    for level, chance, found in ((-100, 0.0, 1 / 82), (100, 1.0, 1 - 1 / 82)):
        steep = Calibration.model_validate({**MAP, "level": level, "sureness": 100})
        assert steep.applied(chance, "tired", ()) == pytest.approx(found)


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
        (json.dumps({**MAP, "sureness": -0.1}), "sureness"),
        (json.dumps({**MAP, "level": float("nan")}), "level"),
        (json.dumps({**MAP, "level": 1000}), "level"),
        (json.dumps({**MAP, "measured": {"smell": 1}}), r"measured\.smell"),
        (json.dumps({**MAP, "classes": {"joy": {"weight": 1}}}), r"classes\.joy\.words"),
        (json.dumps({**MAP, "classes": {"a": GLAD, "b": GLAD}}), "more than one class"),
        (json.dumps({**MAP, "method": "isotonic"}), "method"),
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
