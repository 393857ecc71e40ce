"""Layers of YAML, from a preset or a file, and overrides, laid over the defaults of a tree."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path as FilePath
from typing import Any

from pipeline.config.faults import ConfigError, dotted
from pipeline.config.yaml_text import Parsed, Path, YamlFault, parse

_LARGEST_FILE_BYTES = 1_000_000

Places = dict[Path, str]


@dataclass(frozen=True)
class Presets:
    """The presets of a tree.

    Attributes:
        folder: holds their YAML files.
        default: the one that is meant where none is named.
        example: of an override, for whoever gave a wrong one.
    """

    folder: Traversable
    default: str
    example: str

    def names(self) -> list[str]:
        """Their names, in order of the alphabet."""
        files = (file.name for file in self.folder.iterdir())
        return sorted(name.removesuffix(".yaml") for name in files if name.endswith(".yaml"))

    def laid_over(self, defaults: Any, source: str, overrides: Sequence[str]) -> tuple[Any, Places]:
        """What a preset or file and the overrides make of the defaults, and where each key is from.

        Args:
            defaults: plain data.
            source: the name of a preset, or the path of a file that ends in .yaml or .yml.
            overrides: `key.below=value`, the value in YAML; lists take a number: `lanes.0.cpus=1`.

        Raises:
            ConfigError: no such preset or file, or no YAML.
        """
        data, places = defaults, Places()
        for name, parsed in self._layers(source):
            data = _merged(data, parsed.value)
            places |= {path: f"{name}, line {line}: " for path, line in parsed.lines.items()}
        for override in overrides:
            _override(data, override, places, self.example)
        return data, places

    def _layers(self, source: str) -> list[tuple[str, Parsed]]:
        """The YAML texts to lay over the defaults, the lowest first, each with its name."""
        if not _is_file_name(source):
            return [(f"preset {source}", self._preset(source))]
        parsed = _read(source)
        name = parsed.value.pop("preset", self.default)
        if not isinstance(name, str):
            line = parsed.lines[("preset",)]
            raise ConfigError(f"{source}, line {line}: preset must be the name of a preset")
        return [(f"preset {name}", self._preset(name)), (source, parsed)]

    def _preset(self, name: str) -> Parsed:
        names = self.names()
        if name not in names:
            close = difflib.get_close_matches(name, names, n=1)
            hint = f"nearest: {close[0]}" if close else f"there are {', '.join(names)}"
            raise ConfigError(f"{name} is not a preset ({hint}), nor a file that ends in .yaml")
        return _mapping((self.folder / f"{name}.yaml").read_text("utf-8"), f"preset {name}")


def _is_file_name(source: str) -> bool:
    return source.lower().endswith((".yaml", ".yml"))


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


def _override(data: Any, override: str, places: Places, example: str) -> None:
    """Set the one key in `data`, in place, that `override` names."""
    key, equals, text = override.partition("=")
    if not equals or not key.strip():
        raise ConfigError(f"--set {override}: must be key=value, such as {example}")
    try:
        value = parse(text).value
    except YamlFault as fault:
        raise ConfigError(f"--set {override}: the value is no YAML: {fault.problem}") from None
    path: list[str | int] = []
    here = data
    for step in key.strip().split("."):
        at = _step_into(here, step, override, tuple(path))
        path.append(at)
        is_known = not isinstance(here, dict) or at in here
        parent, here = here, here.get(at, {}) if isinstance(here, dict) else here[at]
        if isinstance(parent, dict):
            parent[at] = here
    # Only a whole section may be left as it is by nothing: of a section that the defaults lack, as
    # that of a stage which the preset names, null is the value of a key.
    parent[path[-1]] = _merged(here, value) if is_known or len(path) == 1 else value
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
