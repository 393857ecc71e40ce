"""run.json: what a run was made with, and the refusal to mix two kinds in one folder."""

import json
from pathlib import Path

import pytest

from pipeline.config import config_hash, load_config
from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.record import open_record
from stages.stage import SetupError


def test_a_new_folder_gets_a_record_of_all_that_made_it(tmp_path: Path) -> None:
    config = load_config("tiny", ["segment.max_window_s=12"])
    open_record(DatasetFolder(str(tmp_path)), config, "tiny")
    record = json.loads((tmp_path / "run.json").read_text())
    assert record["preset"] == "tiny"
    assert record["config"]["segment"]["max_window_s"] == 12
    assert record["config_hash"] == config_hash(config)
    assert record["model"]["trained"] == "no"
    assert record["packages"]["ray"].startswith("2.")


def test_the_same_configuration_goes_on_also_with_other_lanes(tmp_path: Path) -> None:
    output = DatasetFolder(str(tmp_path))
    first = open_record(output, load_config(), "tiny")
    again = open_record(output, load_config("tiny", ["lanes.0.cpus=0.2"]), "tiny")
    assert again == first


def test_other_results_are_refused_and_only_what_matters_is_shown(tmp_path: Path) -> None:
    output = DatasetFolder(str(tmp_path))
    open_record(output, load_config(), "tiny")
    other = load_config("tiny", ["faces.detect_fps=5", "lanes.0.cpus=0.2"])
    with pytest.raises(SetupError) as refused:
        open_record(output, other, "tiny")
    assert "faces.detect_fps: was 3.0, is 5.0" in str(refused.value)
    assert "lanes" not in str(refused.value)


@pytest.mark.parametrize("content", ["", "{", "[]", "{}"])
def test_a_broken_record_is_named(content: str, tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text(content)
    with pytest.raises(SetupError, match=r"its run\.json cannot be read"):
        open_record(DatasetFolder(str(tmp_path)), load_config(), "tiny")


def test_another_model_of_the_same_name_is_refused(tmp_path: Path) -> None:
    output = DatasetFolder(str(tmp_path))
    record = open_record(output, load_config(), "tiny")
    record["model"]["revision"] = "0" * 12
    output.write_bytes("run.json", json.dumps(record).encode())
    with pytest.raises(SetupError, match="the model's revision: was '000000000000'"):
        open_record(output, load_config(), "tiny")
