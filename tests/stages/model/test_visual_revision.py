"""Models that make equal visual tokens have one visual revision, and others another."""

import json
from pathlib import Path

import pytest
from safetensors.torch import load_file, save_file

from stages.faults import SetupError
from stages.model.visual_revision import visual_revision
from tests.models import copy_of_tiny


def _revision(folder: Path) -> str:
    return visual_revision(folder, [folder / "model.safetensors"], "qformer_tokenizer")


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return copy_of_tiny(tmp_path / "model")


def _change(model: Path, part: str) -> None:
    weights = load_file(model / "model.safetensors")
    name = next(name for name in weights if name.startswith(part))
    weights[name] = weights[name] + 0.5
    save_file(weights, model / "model.safetensors", metadata={"format": "pt"})


def _set(model: Path, key: str, value: object) -> None:
    config = json.loads((model / "config.json").read_text())
    (model / "config.json").write_text(json.dumps({**config, key: value}))


def test_it_is_of_the_content_wherever_that_lies(model: Path, tmp_path: Path) -> None:
    assert _revision(model) == _revision(copy_of_tiny(tmp_path / "another"))


def test_what_only_the_language_model_reads_leaves_it(model: Path) -> None:
    before = _revision(model)
    _change(model, "language_model.")
    _set(model, "trained", "something else")
    (model / "calibration.json").write_text("{}")
    assert _revision(model) == before


@pytest.mark.parametrize("part", ["encoder.", "pooler."])
def test_other_visual_weights_change_it(model: Path, part: str) -> None:
    before = _revision(model)
    _change(model, part)
    assert _revision(model) != before


@pytest.mark.parametrize("key", ["max_utterances", "timestamp_length"])
def test_what_says_how_they_are_used_changes_it(model: Path, key: str) -> None:
    before = _revision(model)
    _set(model, key, 3)
    assert _revision(model) != before


def test_broken_weights_have_one_too_and_missing_ones_are_told(model: Path) -> None:
    weights = model / "model.safetensors"
    whole = _revision(model)
    for content in (b"no weights", b"other", weights.read_bytes()[: weights.stat().st_size // 2]):
        weights.write_bytes(content)
        assert _revision(model) != whole
    weights.unlink()
    with pytest.raises(SetupError, match=r"its weights or config\.json cannot be read"):
        _revision(model)
