"""How a fault in the configuration is told."""

import pytest

from pipeline.config import ConfigError, load_config
from pipeline.config.faults import keys
from pipeline.config.tree import config_type
from pipeline.recipe import BUILT_IN, Recipe


@pytest.mark.parametrize(
    ("given", "nearest"),
    [
        ("segment.max_windw_s=3", "segment.max_window_s"),
        ("segment.maxwindow=3", "segment.max_windows"),
        ("max_window_s=3", "segment.max_window_s"),
        ("decode.max_window_s=3", "segment.max_window_s"),
        ("face.detector=lbp", "faces"),
        ("lanes.1.cpu=3", "lanes.1.cpus"),
        ("cpus=3", "lanes.N.cpus"),
        ("modle.path=x", "model"),
    ],
)
def test_an_unknown_key_is_named_with_the_nearest_right_one(given: str, nearest: str) -> None:
    with pytest.raises(ConfigError) as raised:
        load_config("tiny", [given])
    assert "is not a key" in str(raised.value)
    assert str(raised.value).endswith(f"nearest: {nearest}")


def test_where_nothing_is_near_the_keys_there_are_told() -> None:
    with pytest.raises(ConfigError, match="the keys of sink are keep, part_rows, part_seconds"):
        load_config("tiny", ["sink.qqq=1"])
    with pytest.raises(ConfigError, match="the keys are decode, encode, evidence, faces"):
        load_config("tiny", ["qqq=1"])


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("segment.max_window_s=soon", "valid number (got soon)"),
        ("segment.max_window_s=-1", "segment.max_window_s: input should be greater"),
        ('segment.max_window_s="30"', "valid number (got '30')"),
        ("sink.part_rows=1.5", "sink.part_rows: input should be a valid integer"),
        ("sink.part_rows=true", "valid integer (got true)"),
        ("sink.part_rows=", "valid integer (got null)"),
        ("model.dtype=float8", "(got float8)"),
        ("lanes.0.stages=[decode, faces]", "they hold"),
        ("lanes.0.max_workers=0", "lanes.0.max_workers"),
        ("segment.min_window_s=29", "segment.min_window_s (29.0)"),
    ],
)
def test_a_wrong_value_is_named_with_its_key(given: str, said: str) -> None:
    with pytest.raises(ConfigError) as raised:
        load_config("tiny", [given])
    assert said in str(raised.value)
    assert "\n" not in str(raised.value)


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(ConfigError) as raised:
        load_config("tiny", ["sink.part_rows=0", "sink.x=1", "model.threads=x"])
    assert len(str(raised.value).splitlines()) == 3


def test_no_fault_shows_where_the_program_was() -> None:
    with pytest.raises(ConfigError) as raised:
        load_config("tiny", ["sink.part_rows=x"])
    assert raised.value.__suppress_context__
    assert "pydantic" not in str(raised.value)


def test_keys_go_into_lists() -> None:
    assert {("segment", "max_window_s"), ("lanes", "*", "cpus")} <= set(
        keys(config_type(Recipe(BUILT_IN)))
    )
