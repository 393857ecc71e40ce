"""Presets, files and overrides, laid over one another."""

from pathlib import Path

import pytest

from pipeline.config import ConfigError, load_config, preset_names
from pipeline.config.tree import config_type
from pipeline.recipe import BUILT_IN, FULL, Recipe
from stages.faults import SetupError


def _file(folder: Path, text: str) -> str:
    (folder / "run.yaml").write_text(text, encoding="utf-8")
    return str(folder / "run.yaml")


def test_the_default_is_tiny_and_tiny_is_the_defaults_of_the_fields() -> None:
    assert load_config() == load_config("tiny") == config_type(Recipe(BUILT_IN))()


@pytest.mark.parametrize("name", preset_names())
def test_every_preset_is_a_whole_configuration(name: str) -> None:
    names = {"chat": ("transcribe", "segment", "decode", "faces", "evidence", "chat")}
    assert load_config(name).recipe == Recipe.of(names.get(name, FULL))


def test_the_preset_of_the_papers_scale() -> None:
    config = load_config("llama2-7b")
    assert config.faces.detector == "insightface:buffalo_l"
    assert config.transcribe.asr == "large-v3"
    assert (config.decode.image_size, config.decode.max_frames) == (224, 96)
    assert sum(lane.gpus * lane.min_workers for lane in config.lanes) == 1


def test_overrides_are_read_as_yaml() -> None:
    config = load_config(
        "tiny",
        [
            "segment.max_window_s=2e1",
            "transcribe.asr=no",
            "model={dtype: bfloat16}",
            "lanes.0.min_workers=2",
            "lanes.1.stages=[decode, faces]",
            " sink.part_rows = 7 ",
        ],
    )
    assert config.segment.max_window_s == 20
    assert config.transcribe.asr == "no"
    assert (config.model.dtype, config.model.path) == ("bfloat16", "tiny")
    assert [lane.min_workers for lane in config.lanes] == [2, 1, 1]
    assert config.sink.part_rows == 7


def test_the_last_override_of_a_key_stands() -> None:
    assert load_config("tiny", ["sink.part_rows=1", "sink.part_rows=2"]).sink.part_rows == 2


def test_a_file_says_what_differs_from_tiny(tmp_path: Path) -> None:
    file = _file(tmp_path, "\ufeffsegment:\n  max_window_s: 20\nsink:\n# part_rows: 3\n")
    assert load_config(file) == load_config("tiny", ["segment.max_window_s=20"])


def test_a_file_may_start_from_a_preset(tmp_path: Path) -> None:
    file = _file(tmp_path, "preset: llama2-7b\nfaces: {max_tracks: 2}\n")
    assert load_config(file) == load_config("llama2-7b", ["faces.max_tracks=2"])
    assert load_config(file, ["faces.max_tracks=3"]).faces.max_tracks == 3


def test_an_empty_file_is_tiny(tmp_path: Path) -> None:
    assert load_config(_file(tmp_path, "# nothing yet\n")) == load_config()


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("tny", r"tny is not a preset \(nearest: tiny\)"),
        ("qqq", "there are chat, llama2-7b, tiny"),
        ("nowhere.yaml", "nowhere.yaml: cannot be read: No such file"),
        ("../presets/tiny", "is not a preset"),
    ],
)
def test_no_such_preset_or_file(source: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        load_config(source)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("segment:\n  max_windw_s: 3\n", r"run\.yaml, line 2: segment\.max_windw_s is not a key"),
        ("segment:\n  max_window_s: x\n", r"run\.yaml, line 2: segment\.max_window_s: "),
        ("lanes:\n- stages: [decode, transcribe]\n", r"run\.yaml, line 1: lanes"),
        ("a: [", r"run\.yaml, line 1: "),
        ("sink: {}\nsink: {}\n", r"run\.yaml, line 2: sink is given twice"),
        ("- a\n", "must hold keys and values"),
        ("preset: qqq\n", "qqq is not a preset"),
        ("segment: {}\npreset: [tiny]\n", r"line 2: preset must be the name"),
        ("segment.max_window_s: 3\n", "a line of its own"),
        ("1: 2\n", r"run\.yaml, line 1: 1 is not a key"),
    ],
)
def test_a_fault_in_a_file_has_its_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        load_config(_file(tmp_path, text))


def test_a_file_that_is_not_text(tmp_path: Path) -> None:
    (tmp_path / "run.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="not UTF-8"):
        load_config(str(tmp_path / "run.yaml"))


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("segment.max_window_s", "must be key=value"),
        ("=3", "must be key=value"),
        ("lanes.7.cpus=1", "lanes has the places 0 to 2, not 7"),
        ("lanes.x.cpus=1", "lanes has the places 0 to 2, not x"),
        ("sink.part_rows.deep=1", "sink.part_rows is a value"),
        ("sink.part_rows=[1", "no YAML"),
        ("sink=3", "sink: input should be an object"),
    ],
)
def test_a_fault_in_an_override_names_it(override: str, said: str) -> None:
    with pytest.raises(SetupError, match=said) as raised:
        load_config("tiny", [override])
    assert "--set" in str(raised.value)
