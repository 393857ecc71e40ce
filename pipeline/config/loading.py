"""From a preset or a file, and overrides, to the whole tree."""

import json
from collections.abc import Sequence
from importlib import resources
from typing import Any

from pydantic import ValidationError

from pipeline.config.faults import explain
from pipeline.config.layers import Presets
from pipeline.config.tree import Config, config_type
from pipeline.recipe import BUILT_IN, Recipe, RecipeError

DEFAULT_PRESET = "tiny"
_PRESETS = Presets(
    resources.files("pipeline") / "presets", DEFAULT_PRESET, "segment.max_window_s=20"
)


def preset_names() -> list[str]:
    """The names of the presets that come with the package."""
    return _PRESETS.names()


def load_config(source: str = DEFAULT_PRESET, overrides: Sequence[str] = ()) -> Config:
    """The tree of a preset or of a YAML file, with `overrides` on top.

    A file holds any part of the tree; what it leaves out comes from the preset that its
    top-level key `preset` names, or from `tiny`.

    Args:
        source: the name of a preset, or the path of a file that ends in .yaml or .yml.
        overrides: `key.below=value`, the value in YAML; lists take a number: `lanes.0.cpus=1`.

    Raises:
        ConfigError: no such preset or file, no YAML, an unknown key, a wrong value. Names each
            fault's key and place, and for an unknown key the nearest right one.
    """
    defaults = config_type(Recipe(BUILT_IN))().model_dump(mode="json")
    data, places = _PRESETS.laid_over(defaults, source, overrides)
    tree = config_type(_recipe(data["stages"]))
    try:
        return tree.model_validate_json(json.dumps(data), strict=True)
    except ValidationError as faults:
        raise explain(faults, data, tree, places) from None


def _recipe(names: Any) -> Recipe:
    """The recipe whose sections the tree has; of a faulty one, which validation tells, the full."""
    try:
        return Recipe.of([str(name) for name in names])
    except (RecipeError, TypeError):
        return Recipe(BUILT_IN)
