"""YAML as it is read and written."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.config.yaml_text import YamlFault, flow, parse

_scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
_values = st.recursive(
    _scalars,
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(), below, max_size=3),
)


@settings(deadline=None)
@given(_values)
def test_what_is_written_on_one_line_is_read_back(value: Any) -> None:
    text = flow(value)
    assert "\n" not in text
    read = parse(f"key: {text}").value
    assert read == {"key": value}
    assert is_plain(read)


def is_plain(value: Any) -> bool:
    if type(value) is dict:
        return all(type(key) is str and is_plain(below) for key, below in value.items())
    if type(value) is list:
        return all(map(is_plain, value))
    return value is None or type(value) in (str, int, float, bool)


@pytest.mark.parametrize(
    "value",
    [
        "1",
        "1.5",
        "true",
        "~",
        "a",
        "'a'",
        "!!str a",
        "|\n  a",
        ">\n  a\n  b",
        "[1]",
        "{}",
        "{a: b}",
    ],
)
def test_what_is_read_is_plain_python(value: str) -> None:
    said = parse(f"&k key: &v {value}\nagain: *v\n").value
    assert is_plain(said)
    assert said["again"] == said["key"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("1e-3", 0.001),
        ("1:30", "1:30"),
        ("010", 10),
        ("1_000", "1_000"),
        ("1__0", "1__0"),
        ("0x1f", "0x1f"),
        ("0o7", "0o7"),
        ("2020-01-01", "2020-01-01"),
        ("2024-01-01 10:00:00", "2024-01-01 10:00:00"),
        ("=", "="),
        ("<<", "<<"),
        ("%YAML 1.1\n---\nno", "no"),
        ("true", True),
        ("~", None),
        ("", None),
        ("-.inf", float("-inf")),
    ],
)
def test_scalars_are_those_of_yaml_1_2(text: str, value: Any) -> None:
    assert parse(text).value == value


def test_keys_and_items_know_their_lines() -> None:
    assert parse("a:\n  b: 1\n  c:\n    - 2\n    - 3\n").lines == {
        ("a",): 1,
        ("a", "b"): 2,
        ("a", "c"): 3,
        ("a", "c", 0): 4,
        ("a", "c", 1): 5,
    }


def test_anchors_spare_repetition() -> None:
    assert parse("a: &x {b: 1}\nc:\n  <<: *x\n  d: 2").value["c"] == {"b": 1, "d": 2}
    assert parse("a: &x 1\nb: &x 2\nc: *x").value["c"] == 2


def test_what_an_alias_stands_for_can_be_changed_alone() -> None:
    said = parse("a: &x {b: 1}\nc: *x").value
    said["c"]["b"] = 2
    assert said["a"] == {"b": 1}


@pytest.mark.parametrize(
    "text",
    [
        "a0: &a0 x\n" + "".join(f"a{n + 1}: &a{n + 1} [{f'*a{n}, ' * 9}]\n" for n in range(20)),
        "{k0: &k0 x, "
        + "".join(f"k{n}: &k{n} {{a: *k{n - 1}, b: *k{n - 1}}}, " for n in range(1, 99)),
        f"a: &a {{{''.join(f'k{n}: 1, ' for n in range(1000))}}}\nb: [{'{<<: *a}, ' * 1000}]",
        f"a: &a {'x' * 10_000}\nb: [{'*a, ' * 1000}]",
    ],
    ids=["lists", "mappings", "merged", "text"],
)
def test_aliases_cannot_fill_the_memory(text: str) -> None:
    with pytest.raises(YamlFault, match="repeat too much"):
        parse(text)


def test_comments_are_passed_over() -> None:
    assert parse("# 1\na: > # 2\n  b\n# 3\nc: # 4\n  - # 5\n    1 # 6\n").value == {
        "a": "b\n",
        "c": [1],
    }


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("a: 1\nb: 2\na: 3", 3, "a is given twice, first in line 1"),
        ("a:\n  b: [1", 2, "expected"),
        ("a: 1\n\tb: 2", 2, "tab|'.t'"),
        ("a: 1\n---\nb: 2", 2, "single document"),
        ("a: !!python/object/apply:os.system [x]", 1, "not plain data"),
        ("a: !!binary aGk=", 1, "not plain data"),
        ("a: !!bool x", 1, "no tag:yaml.org,2002:bool"),
        ("a:\n  b: " + "9" * 5000, 2, "no tag:yaml.org,2002:int"),
        ("a: !!int", 1, "no tag:yaml.org,2002:int"),
        ("a: 1\ntrue: 2", 2, "True is not a key: keys are text"),
        ("a: 1\n? [b]\n: 2", 2, "is not a key: keys are text"),
        ("%YAML 1.3\n---\na: 1", None, "version"),
        ("a: &x [*x]", 1, "holds itself"),
        ("a: &x {b: {c: *x}}", 1, "holds itself"),
        ("a: &x {<<: *x}", 1, "holds itself"),
        ("a: *x", 1, "undefined alias"),
        ("a: \0", None, "special characters"),
        ("[" * 5000, None, "deeply"),
    ],
)
def test_what_is_wrong_has_a_line(text: str, line: int | None, problem: str) -> None:
    with pytest.raises(YamlFault, match=problem) as raised:
        parse(text)
    assert raised.value.line == line
