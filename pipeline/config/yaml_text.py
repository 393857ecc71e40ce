"""YAML in and out: where each key stands, no key twice, and scalars as YAML 1.2 reads them.

PyYAML follows YAML 1.1, in which the language code `no` is false, `1e-3` is text and `1:30` is
ninety. The scalars here are those of YAML 1.2's core schema, as in JSON.
"""

import re
from dataclasses import dataclass
from typing import Any, ClassVar

import yaml

_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.inf|\.nan")
_SCALARS = (
    ("tag:yaml.org,2002:bool", re.compile(r"(?:true|True|TRUE|false|False|FALSE)$"), "tTfF"),
    ("tag:yaml.org,2002:int", re.compile(r"[-+]?[0-9]+$"), "-+0123456789"),
    ("tag:yaml.org,2002:float", re.compile(rf"(?:{_FLOAT.pattern})$"), "-+.0123456789"),
    ("tag:yaml.org,2002:null", re.compile(r"(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""]),
    ("tag:yaml.org,2002:merge", re.compile(r"<<$"), "<"),
)
_PLAIN_TAGS = {tag for tag, _, _ in _SCALARS} | {
    f"tag:yaml.org,2002:{kind}" for kind in ("str", "seq", "map")
}

Path = tuple[str | int, ...]


class YamlFault(Exception):
    """The text is no YAML, or says a thing twice; `line` counts from 1."""

    def __init__(self, problem: str, line: int | None = None) -> None:
        super().__init__(problem)
        self.problem = problem
        self.line = line


@dataclass(frozen=True)
class Parsed:
    """What a YAML text says, and the line of each key and list item by its path."""

    value: Any
    lines: dict[Path, int]


class _Loader(yaml.SafeLoader):  # type: ignore[misc]
    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}

    def construct_whole_number(self, node: yaml.ScalarNode) -> int:
        return int(self.construct_scalar(node))


class _Dumper(yaml.SafeDumper):  # type: ignore[misc]
    """Quotes what either YAML 1.1 or 1.2 would read as something other than text."""

    def represent_text(self, text: str) -> yaml.ScalarNode:
        style = None if text.isprintable() else '"'
        return self.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Loader.add_constructor("tag:yaml.org,2002:int", _Loader.construct_whole_number)
for _tag, _pattern, _first in _SCALARS:
    _Loader.add_implicit_resolver(_tag, _pattern, list(_first))
_Dumper.add_representer(str, _Dumper.represent_text)
_Dumper.add_implicit_resolver("tag:yaml.org,2002:float", _SCALARS[2][1], list(_SCALARS[2][2]))


def parse(text: str) -> Parsed:
    """Read one YAML document.

    Raises:
        YamlFault: a syntax error, a key given twice, or a tag that is not plain data.
    """
    try:
        return _parsed(_Loader(text))
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        problem = " ".join(filter(None, (fault.context, fault.problem)))
        raise YamlFault(problem, mark.line + 1 if mark else None) from None
    except yaml.YAMLError as fault:
        raise YamlFault(str(fault).splitlines()[0]) from None
    except ValueError as fault:
        raise YamlFault(str(fault)) from None
    except RecursionError:
        raise YamlFault("nested too deeply") from None


def flow(value: Any) -> str:
    """`value` (plain data) as YAML on one line; `parse` gives it back."""
    text = yaml.dump(
        value,
        Dumper=_Dumper,
        default_flow_style=True,
        allow_unicode=True,
        width=float("inf"),
        sort_keys=False,
    )
    return str(text).removesuffix("\n").removesuffix("\n...")


def _parsed(loader: _Loader) -> Parsed:
    node = loader.get_single_node()
    if node is None:
        return Parsed(None, {})
    lines: dict[Path, int] = {}
    _note_lines(node, (), lines, ())
    return Parsed(loader.construct_document(node), lines)


def _note_lines(
    node: yaml.Node, path: Path, lines: dict[Path, int], above: tuple[yaml.Node, ...]
) -> None:
    if node.tag not in _PLAIN_TAGS:
        raise YamlFault(f"{node.tag} is not plain data", node.start_mark.line + 1)
    if node in above:
        raise YamlFault("a part holds itself", node.start_mark.line + 1)
    above = (*above, node)
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            lines[(*path, index)] = item.start_mark.line + 1
            _note_lines(item, (*path, index), lines, above)
    elif isinstance(node, yaml.MappingNode):
        own: dict[str, int] = {}
        for key, value in node.value:
            name, line = str(key.value), key.start_mark.line + 1
            if name in own and name != "<<":
                raise YamlFault(f"{name} is given twice, first in line {own[name]}", line)
            own[name] = lines[(*path, name)] = line
            _note_lines(value, (*path, name), lines, above)
