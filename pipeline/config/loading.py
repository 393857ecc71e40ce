"""From a preset or a file, and overrides, to the whole tree."""

import difflib
import json
from collections.abc import Sequence
from importlib import resources
from pathlib import Path as FilePath
from typing import Any

from pydantic import ValidationError

from pipeline.config.faults import ConfigError, dotted, explain
from pipeline.config.tree import Config, config_type
from pipeline.config.yaml_text import Parsed, Path, YamlFault, parse
from pipeline.recipe import BUILT_IN, Recipe, RecipeError

DEFAULT_PRESET = "tiny"
_LARGEST_FILE_BYTES = 1_000_000

Places = dict[Path, str]


def preset_names() -> list[str]:
    """The names of the presets that come with the package."""
    folder = resources.files("pipeline") / "presets"
    return sorted(file.name.removesuffix(".yaml") for file in folder.iterdir())


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
    data: Any = config_type(Recipe(BUILT_IN))().model_dump(mode="json")
    places: Places = {}
    for name, parsed in _layers(source):
        data = _merged(data, parsed.value)
        places |= {path: f"{name}, line {line}: " for path, line in parsed.lines.items()}
    for override in overrides:
        _override(data, override, places)
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


def _layers(source: str) -> list[tuple[str, Parsed]]:
    """The YAML texts to lay over the defaults, the lowest first, each with its name."""
    if not _is_file_name(source):
        return [(f"preset {source}", _preset(source))]
    parsed = _read(source)
    name = parsed.value.pop("preset", DEFAULT_PRESET)
    if not isinstance(name, str):
        line = parsed.lines[("preset",)]
        raise ConfigError(f"{source}, line {line}: preset must be the name of a preset")
    return [(f"preset {name}", _preset(name)), (source, parsed)]


def _is_file_name(source: str) -> bool:
    return source.lower().endswith((".yaml", ".yml"))


def _preset(name: str) -> Parsed:
    names = preset_names()
    if name not in names:
        close = difflib.get_close_matches(name, names, n=1)
        hint = f"nearest: {close[0]}" if close else f"there are {', '.join(names)}"
        raise ConfigError(f"{name} is not a preset ({hint}), nor a file that ends in .yaml")
    file = resources.files("pipeline") / "presets" / f"{name}.yaml"
    return _mapping(file.read_text("utf-8"), f"preset {name}")


def _read(source: str) -> Parsed:
    file = FilePath(source).expanduser()
    try:
        if file.stat().st_size > _LARGEST_FILE_BYTES:
            raise ConfigError(f"{source}: larger than {_LARGEST_FILE_BYTES} bytes")
        return _mapping(file.read_text("utf-8-sig"), source)
    except OSError as fault:
        raise ConfigError(f"{source}: cannot be read: {fault.strerror}") from None
    except UnicodeDecodeError as fault:
        raise ConfigError(f"{source}: not UTF-8 text (byte {fault.start})") from None


def _mapping(text: str, name: str) -> Parsed:
    try:
        parsed = parse(text)
    except YamlFault as fault:
        place = name if fault.line is None else f"{name}, line {fault.line}"
        raise ConfigError(f"{place}: {fault.problem}") from None
    if parsed.value is None:
        return Parsed({}, {})
    if not isinstance(parsed.value, dict):
        raise ConfigError(f"{name}: must hold keys and values, such as `segment:`")
    return parsed


def _merged(below: Any, above: Any) -> Any:
    """`above` laid over `below`: mappings key by key, everything else as a whole.

    A section with nothing below its name leaves the section as it is.
    """
    if isinstance(below, dict) and above is None:
        return below
    if not (isinstance(below, dict) and isinstance(above, dict)):
        return above
    merged = dict(below)
    for key, value in above.items():
        merged[key] = _merged(below[key], value) if key in below else value
    return merged


def _override(data: Any, override: str, places: Places) -> None:
    """Set the one key in `data`, in place, that `override` names."""
    key, equals, text = override.partition("=")
    if not equals or not key.strip():
        raise ConfigError(f"--set {override}: must be key=value, such as segment.max_window_s=20")
    try:
        value = parse(text).value
    except YamlFault as fault:
        raise ConfigError(f"--set {override}: the value is no YAML: {fault.problem}") from None
    path: list[str | int] = []
    here = data
    for step in key.strip().split("."):
        at = _step_into(here, step, override, tuple(path))
        path.append(at)
        parent, here = here, here.get(at, {}) if isinstance(here, dict) else here[at]
        if isinstance(parent, dict):
            parent[at] = here
    parent[path[-1]] = _merged(here, value)
    places[tuple(path)] = "--set: "


def _step_into(here: Any, step: str, override: str, path: Path) -> str | int:
    """`step` as a key of `here`, a mapping, or as a place in it, a list."""
    if isinstance(here, dict):
        return step
    if not isinstance(here, list):
        raise ConfigError(f"--set {override}: {dotted(path)} is a value, it has no keys")
    if not step.isdigit() or int(step) >= len(here):
        last = f"0 to {len(here) - 1}" if here else "none, the list is empty"
        raise ConfigError(f"--set {override}: {dotted(path)} has the places {last}, not {step}")
    return int(step)
