"""The presets of trainings, and what is said of wrong keys."""

import pytest

from jobs.train.config import TrainConfig
from jobs.train.presets import load_train_config, preset_names
from pipeline.config import ConfigError


def test_tiny_is_what_is_taken_where_none_is_named_and_sees_everything() -> None:
    tiny = load_train_config()
    assert tiny == load_train_config("tiny")
    assert tiny.base == "tiny"
    assert not tiny.without
    assert tiny.learning.action_units > 0
    assert tiny.learns == TrainConfig().learns


def test_tiny_coarse_comes_before_tiny_and_sees_no_picture() -> None:
    coarse = load_train_config("tiny-coarse")
    assert set(coarse.without) == {"frames", "faces"}
    assert coarse.max_frames == 1
    assert not coarse.learning.action_units  # nothing of a face is shown
    assert coarse.learns == load_train_config("tiny").learns


def test_tiny_faces_learns_nothing_but_faces() -> None:
    faces = load_train_config("tiny-faces")
    assert faces.answers == "none"
    assert faces.learns == ("local_branch",)
    assert faces.learning.action_units > 0
    assert not faces.check.score_windows


def test_tiny_seen_is_tiny_but_for_what_it_is_not_always_told() -> None:
    seen, tiny = load_train_config("tiny-seen"), load_train_config("tiny")
    assert (tiny.unmeasured, seen.unmeasured) == (0.0, 0.5)
    differing = {
        name for name in TrainConfig.model_fields if getattr(seen, name) != getattr(tiny, name)
    }
    assert differing == {"unmeasured", "learning", "check"}
    assert seen.learning.action_units == tiny.learning.action_units


@pytest.mark.parametrize("name", ["llama2-7b", "qwen3-4b"])
def test_large_ones_train_an_adapter_of_a_converted_folder(name: str) -> None:
    config = load_train_config(name)
    assert name in preset_names()
    assert config.base.endswith(name)
    assert "adapter" in config.learns
    assert "language_model" not in config.learns
    assert config.learning.precision == "bfloat16"
    assert config.learning.activation_checkpointing


@pytest.mark.parametrize(
    ("source", "override", "told"),
    [
        ("tini", "seed=1", "nearest: tiny"),
        ("tiny", "learning.step=3", r"learning\.step is not a key; nearest: learning\.steps"),
        ("tiny", "learning.steps=0", "learning.steps"),
        ("tiny", "learns=[nose]", "learns"),
        ("tiny", "seed", "learning.steps=2000"),
    ],
)
def test_a_fault_is_told_by_its_key(source: str, override: str, told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        load_train_config(source, [override])


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ("base=coarse", "base is coarse"),
        ("learns=[local_branch]", "leaves out language_model"),
        ("learning.deepspeed=zero3", "deepspeed to zero2"),
    ],
)
def test_vectors_that_are_not_new_whole_and_thawed_do_not_learn_first(
    changed: str, said: str
) -> None:
    with pytest.raises(ConfigError, match=said):
        load_train_config("tiny-coarse", [changed])
    assert load_train_config("tiny-coarse", [changed, "learning.word_vectors=0"])
