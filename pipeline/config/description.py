"""The tree as YAML in which every key explains itself."""

from typing import Any

from pydantic import BaseModel
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from pipeline.config.tree import Config
from pipeline.config.yaml_text import block

_STEP = 2


def describe(config: Config) -> str:
    """The whole tree as YAML, each key below its description; `load_config` takes it back."""
    return block(_section(config, 0, explained=True)).lstrip("\n")


def _section(section: BaseModel, indent: int, explained: bool) -> CommentedMap:
    said = CommentedMap()
    values = section.model_dump(mode="json")
    for name, field in type(section).model_fields.items():
        value = getattr(section, name)
        said[name] = _part(value, values[name], indent + _STEP, explained)
        gap = "\n" if _holds_sections(value) else ""
        note = " ".join((field.description or "").split()) if explained else ""
        if gap or note:
            said.yaml_set_comment_before_after_key(name, gap + note, indent)
    return said


def _part(value: Any, plain: Any, indent: int, explained: bool) -> Any:
    """`value` of a key: sections below it on lines of their own, all else on the key's line."""
    if isinstance(value, BaseModel):
        return _section(value, indent, explained)
    if _holds_sections(value):  # only the first item explains its keys, the others have the same
        first, *others = value
        items = [_section(first, indent + _STEP, explained)]
        return CommentedSeq(items + [_section(item, indent + _STEP, False) for item in others])
    if isinstance(plain, list):
        plain = CommentedSeq(plain)
        plain.fa.set_flow_style()
    return plain


def _holds_sections(value: Any) -> bool:
    items = value if isinstance(value, tuple) else (value,)
    return any(isinstance(item, BaseModel) for item in items)
