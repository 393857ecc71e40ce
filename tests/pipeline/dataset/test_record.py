"""run.json: what a dataset was made with, and the refusal to mix two kinds in one folder."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.config import Config, load_config
from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.record import Origin, adopt, makings, open_record, read_record
from pipeline.identity import identify, making_of
from stages.faults import SetupError
from tests.models import copy_of_tiny

ORIGIN = Origin("tiny", ["microemo", "annotate", "clips"], ["clips"])


def _open(folder: Path, config: Config, origin: Origin = ORIGIN) -> dict[str, Any]:
    output = DatasetFolder(str(folder))
    open_record(output, making_of(config, identify(config)), origin, 3)
    return read_record(output)


def test_a_new_folder_gets_a_record_of_all_that_made_it(tmp_path: Path) -> None:
    config = load_config("tiny", ["segment.max_window_s=12"])
    record = _open(tmp_path, config)
    assert record == json.loads((tmp_path / "run.json").read_text())
    assert record["preset"] == "tiny"
    assert record["config"]["segment"]["max_window_s"] == 12
    assert record["weights"]["model"]["trained"] == "synthetic"
    assert record["weights"]["detector"]["name"] == "yunet"
    assert "speech" not in record["weights"]
    assert record["packages"]["ray"].startswith("2.")
    for package in ("onnxruntime", "ctranslate2", "scikit-image", "opencv-python"):
        assert record["packages"][package]


def test_each_run_into_the_folder_is_noted_with_its_command_and_inputs(tmp_path: Path) -> None:
    _open(tmp_path, load_config())
    record = _open(tmp_path, load_config(), Origin("tiny", ["microemo", "more"], ["more"]))
    assert [run["inputs"] for run in record["runs"]] == [["clips"], ["more"]]
    assert record["runs"][0]["command"] == ["microemo", "annotate", "clips"]


def test_the_same_configuration_goes_on_also_with_other_lanes(tmp_path: Path) -> None:
    first = _open(tmp_path, load_config())
    again = _open(tmp_path, load_config("tiny", ["lanes.0.cpus=0.2"]))
    assert {**again, "runs": []} == {**first, "runs": []}


def test_other_results_are_refused_and_only_what_matters_is_shown(tmp_path: Path) -> None:
    _open(tmp_path, load_config())
    other = load_config("tiny", ["faces.detect_fps=5", "lanes.0.cpus=0.2"])
    with pytest.raises(SetupError) as refused:
        _open(tmp_path, other)
    assert "faces.detect_fps: was 3.0, is 5.0" in str(refused.value)
    assert "lanes" not in str(refused.value)


def test_another_recipe_is_refused(tmp_path: Path) -> None:
    _open(tmp_path, load_config())
    front = load_config("tiny", ["stages=[transcribe,segment,decode,faces]"])
    with pytest.raises(SetupError, match="stages: was") as refused:
        _open(tmp_path, front)
    assert "model: was tiny" in str(refused.value)


@pytest.mark.parametrize("content", ["", "{", "[]", "{}"])
def test_a_broken_record_is_named(content: str, tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text(content)
    with pytest.raises(SetupError, match=r"its run\.json cannot be read"):
        _open(tmp_path, load_config())


def test_a_moved_model_goes_on_and_another_of_its_name_is_refused(tmp_path: Path) -> None:
    here, there = tmp_path / "a" / "mine", tmp_path / "b" / "yours"
    copy_of_tiny(here)
    _open(tmp_path / "out", load_config("tiny", [f"model.path={here}"]))
    there.parent.mkdir()
    here.rename(there)
    _open(tmp_path / "out", load_config("tiny", [f"model.path={there}"]))
    weights = bytearray((there / "model.safetensors").read_bytes())
    weights[-1] ^= 1
    (there / "model.safetensors").write_bytes(weights)
    with pytest.raises(SetupError, match=r"model: was mine, revision .*, is yours, revision"):
        _open(tmp_path / "out", load_config("tiny", [f"model.path={there}"]))


def test_a_configuration_that_is_adopted_is_the_newest_and_the_others_stay_on_record(
    tmp_path: Path,
) -> None:
    first, other = load_config(), load_config("tiny", ["faces.detect_fps=5"])
    _open(tmp_path, first)
    output = DatasetFolder(str(tmp_path))
    made = {name: making_of(one, identify(one)) for name, one in (("1", first), ("2", other))}
    adopt(output, replace(made["2"], preset="second"))
    record = read_record(output)
    assert list(makings(record)) == [made["2"].config_hash, made["1"].config_hash]
    assert (record["preset"], record["config"]["faces"]["detect_fps"]) == ("second", 5.0)
    assert record["earlier"][0]["config"]["faces"]["detect_fps"] == 3.0
    assert len(record["runs"]) == 1
    adopt(output, made["2"])  # which changes nothing
    assert read_record(output) == record
    with pytest.raises(SetupError) as refused:
        _open(tmp_path, first)
    assert "faces.detect_fps: was 5.0, is 3.0" in str(refused.value)
    assert "add --again" in str(refused.value)
    adopt(output, made["1"])  # back again
    assert list(makings(read_record(output))) == [made["1"].config_hash, made["2"].config_hash]
