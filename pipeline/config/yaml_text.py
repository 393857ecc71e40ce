"""YAML in and out: where each key stands, no key twice, and scalars as YAML 1.2 reads them."""

import io
import re
import sys
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.composer import Composer
from ruamel.yaml.constructor import RoundTripConstructor, SafeConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import Node, ScalarNode
from ruamel.yaml.representer import RoundTripRepresenter, SafeRepresenter
from ruamel.yaml.resolver import VersionedResolver

Path = tuple[str | int, ...]

_TAG = "tag:yaml.org,2002:"
_PLAIN_TAGS = {
    _TAG + kind for kind in ("null", "bool", "int", "float", "str", "seq", "map", "merge")
}
_MOST_REPEATED = 100_000  # keys, items and characters that aliases add: nested, they multiply
_TEXT_TO_ALL = re.compile(r"(?!(?:y|n|yes|no|on|off)$)(?:~?/|[^\W\d_])[^?]*", re.IGNORECASE)


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


class _Resolver(VersionedResolver):
    """YAML 1.2 whatever a %YAML line asks for, numbers as in JSON: `1_000`, `0x1f` are text."""

    processing_version = (1, 2)

    def resolve(self, kind: Any, value: Any, implicit: Any) -> Any:
        tag = super().resolve(kind, value, implicit)
        if kind is ScalarNode and (set(value) & set("_box") or str(tag) not in _PLAIN_TAGS):
            return self.DEFAULT_SCALAR_TAG
        return tag


class _Composer(Composer):
    """Bounds what aliases stand for before any of it is built, merged keys included."""

    def __init__(self, loader: Any = None) -> None:
        super().__init__(loader)
        self.warn_double_anchors = False
        self._repeated = 0

    def return_alias(self, a: Node) -> Node:
        if a.end_mark is None:
            raise YamlFault("a part holds itself", _line(a))
        self._repeated += _size(a)
        if self._repeated > _MOST_REPEATED:
            raise YamlFault("aliases repeat too much", _line(a))
        return a


class _Constructor(RoundTripConstructor):
    """Mappings and lists that know their lines, and scalars that are plain Python's."""

    def construct_object(self, node: Node, deep: bool = False) -> Any:
        if node.tag not in _PLAIN_TAGS:
            raise YamlFault(f"{node.tag} is not plain data", _line(node))
        try:
            return super().construct_object(node, deep)
        except (LookupError, ValueError):
            raise YamlFault(f"this is no {node.tag}", _line(node)) from None

    def check_mapping_key(
        self, node: Node, key_node: Node, mapping: CommentedMap, key: Any, value: Any
    ) -> bool:
        if not isinstance(key, str):
            raise YamlFault(f"{key} is not a key: keys are text", _line(key_node))
        if key in mapping:
            first = mapping.lc.key(key)[0] + 1
            raise YamlFault(f"{key} is given twice, first in line {first}", _line(key_node))
        return True

    def construct_text(self, node: Node) -> str:
        return str(self.construct_scalar(node))

    def construct_whole_number(self, node: Node) -> int:
        return int(self.construct_scalar(node))


_Constructor.add_constructor(f"{_TAG}str", _Constructor.construct_text)
_Constructor.add_constructor(f"{_TAG}merge", _Constructor.construct_text)
_Constructor.add_constructor(f"{_TAG}bool", SafeConstructor.construct_yaml_bool)
_Constructor.add_constructor(f"{_TAG}int", _Constructor.construct_whole_number)
_Constructor.add_constructor(f"{_TAG}float", SafeConstructor.construct_yaml_float)


class _Representer(RoundTripRepresenter):
    """Quotes more than it must: other readers, of YAML 1.1 above all, see numbers in more texts."""

    def represent_text(self, text: str) -> ScalarNode:
        bare_or_quoted = None if _TEXT_TO_ALL.fullmatch(text) else "'"
        style = bare_or_quoted if text.isprintable() else '"'
        return self.represent_scalar(f"{_TAG}str", text, style=style)


_Representer.add_representer(str, _Representer.represent_text)
_Representer.add_representer(type(None), SafeRepresenter.represent_none)


def parse(text: str) -> Parsed:
    """Read one YAML document.

    Raises:
        YamlFault: a syntax error, a key given twice or that is no text, a tag that is not plain
            data, a part that holds itself, or aliases that repeat too much.
    """
    yaml = YAML(typ="safe", pure=True)  # reading comments as well can fail on a rare one
    yaml.Resolver, yaml.Composer, yaml.Constructor = _Resolver, _Composer, _Constructor
    lines: dict[Path, int] = {}
    try:
        return Parsed(_plain(yaml.load(text), (), lines), lines)
    except MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        problem = " ".join(filter(None, (fault.context, fault.problem)))
        raise YamlFault(problem, mark.line + 1 if mark else None) from None
    except (YAMLError, AssertionError) as fault:  # the latter for the version in a %YAML line
        raise YamlFault(str(fault).splitlines()[0]) from None
    except RecursionError:
        raise YamlFault("nested too deeply") from None


def flow(value: Any) -> str:
    """`value` (plain data) as YAML on one line; `parse` gives it back."""
    return _written(value, flow=True).removesuffix("\n").removesuffix("\n...")


def block(value: CommentedMap) -> str:
    """`value` as YAML with a line for each key and its comments above it."""
    return _written(value, flow=False)


def _written(value: Any, flow: bool) -> str:
    yaml = YAML()
    yaml.Representer = _Representer
    yaml.default_flow_style = flow
    yaml.width = sys.maxsize
    yaml.indent(mapping=2, sequence=4, offset=2)
    text = io.StringIO()
    yaml.dump(value, text)
    return text.getvalue()


def _plain(value: Any, path: Path, lines: dict[Path, int]) -> Any:
    """`value` without the library's classes, each alias a copy; notes the lines."""
    if isinstance(value, CommentedMap):
        own = value.lc.data or {}
        lines.update({(*path, key): own[key][0] + 1 for key in own})
        return {key: _plain(below, (*path, key), lines) for key, below in value.items()}
    if isinstance(value, CommentedSeq):
        for index in range(len(value)):
            lines[*path, index] = value.lc.item(index)[0] + 1
        return [_plain(item, (*path, index), lines) for index, item in enumerate(value)]
    return value


def _size(node: Node) -> int:
    """Nodes and characters in `node`, aliases written out."""
    if isinstance(node, ScalarNode):
        return 1 + len(node.value)
    parts = (pair if isinstance(pair, tuple) else (pair,) for pair in node.value)
    return 1 + sum(_size(part) for group in parts for part in group)


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1
