"""From a preset or a file of a training, and overrides, to all that the training is told."""

import json
from collections.abc import Sequence
from importlib import resources

from pydantic import ValidationError

from jobs.train.config import TrainConfig
from pipeline.config.faults import explain
from pipeline.config.layers import Presets

DEFAULT_PRESET = "tiny"
_PRESETS = Presets(resources.files("jobs.train") / "presets", DEFAULT_PRESET, "learning.steps=2000")


def preset_names() -> list[str]:
    """The names of the presets of trainings."""
    return _PRESETS.names()


def load_train_config(source: str = DEFAULT_PRESET, overrides: Sequence[str] = ()) -> TrainConfig:
    """The tree of a preset or of a YAML file, with `overrides` on top.

    Args:
        source, overrides: as `pipeline.config.load_config` takes them.

    Raises:
        ConfigError: as `pipeline.config.load_config`.
    """
    defaults = TrainConfig().model_dump(mode="json")
    data, places = _PRESETS.laid_over(defaults, source, overrides)
    try:
        return TrainConfig.model_validate_json(json.dumps(data), strict=True)
    except ValidationError as faults:
        raise explain(faults, data, TrainConfig, places) from None
