"""The tree as a person reads it, saves it and gives it back."""

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from pipeline.config import describe, load_config, preset_names
from stages.segment import SegmentConfig


@pytest.mark.parametrize("name", preset_names())
def test_what_is_printed_can_be_saved_and_given_back(tmp_path: Path, name: str) -> None:
    config = load_config(name, ["transcribe.asr='no'", 'model.path="a: b # c\\né"'])
    (tmp_path / "run.yaml").write_text(describe(config), encoding="utf-8")
    assert load_config(str(tmp_path / "run.yaml")) == config


@pytest.mark.parametrize("text", ["no", "1:30", "2024-01-01", "0o7", "1_000", "=", "1e3"])
@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_it_is_yaml_to_any_reader(text: str, version: str) -> None:
    config = load_config("tiny", [f"transcribe.asr='{text}'"])
    read = YAML(typ="safe", pure=True).load(f"%YAML {version}\n---\n{describe(config)}")
    assert read == config.model_dump(mode="json")


def test_each_key_stands_below_its_description() -> None:
    lines = describe(load_config()).splitlines()
    description = SegmentConfig.model_fields["max_window_s"].description
    assert lines[lines.index("  max_window_s: 30.0") - 1] == f"  # {description}"


def test_a_list_of_sections_explains_its_keys_once() -> None:
    text = describe(load_config())
    assert text.count("cpus: ") == 3
    assert text.count("# Logical CPUs") == 1
