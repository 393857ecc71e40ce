"""The tree as YAML in which every key explains itself."""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from pipeline.config.tree import Config
from pipeline.config.yaml_text import flow


def describe(config: Config) -> str:
    """The whole tree as YAML, each key below its description; `load_config` takes it back."""
    return "\n".join(_section(config, "", explained=True)).lstrip("\n") + "\n"


def _section(section: BaseModel, indent: str, explained: bool) -> Iterator[str]:
    values = section.model_dump(mode="json")
    for name, field in type(section).model_fields.items():
        value = getattr(section, name)
        if isinstance(value, BaseModel):
            yield ""
            yield from _comment(field, indent, explained)
            below = list(_section(value, f"{indent}  ", explained))
            yield f"{indent}{name}:" if below else f"{indent}{name}: {{}}"
            yield from below
        elif _holds_sections(value):
            yield ""
            yield from _comment(field, indent, explained)
            yield f"{indent}{name}:"
            yield from _items(value, f"{indent}  ", explained)
        else:
            yield from _comment(field, indent, explained)
            yield f"{indent}{name}: {flow(values[name])}"


def _items(sections: tuple[BaseModel, ...], indent: str, explained: bool) -> Iterator[str]:
    """List items; only the first explains its keys, the others have the same."""
    for index, section in enumerate(sections):
        lines = list(_section(section, f"{indent}  ", explained and index == 0))
        first = next(at for at, line in enumerate(lines) if not line.lstrip().startswith("#"))
        yield from (f"{indent}{line.lstrip()}" for line in lines[:first])
        yield f"{indent}- {lines[first].lstrip()}"
        yield from lines[first + 1 :]


def _holds_sections(value: Any) -> bool:
    return isinstance(value, tuple) and any(isinstance(item, BaseModel) for item in value)


def _comment(field: FieldInfo, indent: str, explained: bool) -> Iterator[str]:
    if explained and field.description:
        yield f"{indent}# {' '.join(field.description.split())}"
