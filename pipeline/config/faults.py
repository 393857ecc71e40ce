"""What is wrong with a configuration, said by the key, the place and the nearest right key."""

import difflib
import re
from collections.abc import Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from pipeline.config.yaml_text import Path, flow
from stages.faults import SetupError

_MAY_HOLD_A_SECRET = re.compile(r"://.*[@?#]")
"""An address with a name and password, or with more behind its path."""


class ConfigError(SetupError):
    """What is wrong with the configuration; one line for each fault."""


def explain(
    faults: ValidationError, data: Any, tree: type[BaseModel], places: Mapping[Path, str]
) -> ConfigError:
    """The faults pydantic found in `data`, a line each.

    Args:
        faults: what validating `data` as `tree` raised.
        data: the plain data that was validated.
        tree: the model of the whole configuration.
        places: what to put before a key by where it was given (`run.yaml, line 3: `), by path.
    """
    return ConfigError("\n".join(_line(fault, data, tree, places) for fault in faults.errors()))


def _line(fault: ErrorDetails, data: Any, tree: type[BaseModel], places: Mapping[Path, str]) -> str:
    if fault["type"] == "extra_forbidden":
        path = fault["loc"]
        return f"{_place(path, places)}{dotted(path)} is not a key; {_hint(path, tree)}"
    path = _part_in_data(fault["loc"], data)
    key = dotted(path) or "the configuration"
    message = fault["msg"].removeprefix("Value error, ")
    if not message.startswith(f"{key}."):
        message = f"{key}: {message[:1].lower()}{message[1:]}"
    given = fault["input"]
    shown = f" (got {flow(given)})" if isinstance(given, str | int | float | None) else ""
    if isinstance(given, str) and _MAY_HOLD_A_SECRET.search(given):
        shown = ""
    return f"{_place(path, places)}{message}{shown}"


def dotted(path: Path) -> str:
    """A path as a person writes it: `lanes.0.cpus`."""
    return ".".join(map(str, path))


def _part_in_data(location: Path, data: Any) -> Path:
    """`location` without what pydantic appends: the names of a union's members."""
    path: list[str | int] = []
    for step in location:
        inside = isinstance(data, dict) and step in data
        inside = inside or (isinstance(data, list) and isinstance(step, int) and step < len(data))
        if not inside:
            break
        path.append(step)
        data = data[step]
    rest = location[len(path) :]
    return (*path, *rest) if isinstance(data, dict) and len(rest) == 1 else tuple(path)


def _place(path: Path, places: Mapping[Path, str]) -> str:
    for length in range(len(path), 0, -1):
        place = places.get(path[:length])
        if place is not None:
            return place
    return next((place for below, place in places.items() if below[: len(path)] == path), "")


def _hint(path: Path, tree: type[BaseModel]) -> str:
    """The key that was probably meant, or else the keys that stand where `path` looks."""
    if "." in str(path[-1]):
        return "in a file each part of a dotted key stands on a line of its own, indented"
    asked = _unnumbered(path)
    known = set(keys(tree))
    beside = sorted(key[-1] for key in known if key[:-1] == asked[:-1])
    close = difflib.get_close_matches(asked[-1], beside, n=1, cutoff=0.7)
    if close:
        return f"nearest: {_numbered_like((*asked[:-1], close[0]), path)}"
    values = {dotted(key): key for key in known if not any(key == k[:-1] for k in known)}
    elsewhere = sorted(name for name, key in values.items() if key[-1] == asked[-1])
    elsewhere += difflib.get_close_matches(dotted(asked), sorted(values), n=1, cutoff=0.7)
    if elsewhere:
        return f"nearest: {_numbered_like(values[elsewhere[0]], path)}"
    names = ", ".join(beside)
    return f"the keys of {dotted(path[:-1])} are {names}" if path[:-1] else f"the keys are {names}"


def keys(tree: type[BaseModel], above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The paths of all keys of `tree`, sections too; `*` stands for the place in a list."""
    for name, field in tree.model_fields.items():
        path = (*above, name)
        yield path
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from keys(field.annotation, path)
        for item in get_args(field.annotation):
            if isinstance(item, type) and issubclass(item, BaseModel):
                yield from keys(item, (*path, "*"))


def _unnumbered(path: Path) -> tuple[str, ...]:
    return tuple("*" if isinstance(step, int) or step.isdigit() else step for step in path)


def _numbered_like(key: tuple[str, ...], path: Path) -> str:
    """`key` as a person writes it, with the places in lists that `path` asked for."""
    numbers = [str(step) for step in path if isinstance(step, int) or step.isdigit()]
    return ".".join((numbers.pop(0) if numbers else "N") if step == "*" else step for step in key)
