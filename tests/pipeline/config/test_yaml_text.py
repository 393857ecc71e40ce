"""YAML as it is read and written."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.config.yaml_text import YamlFault, flow, parse

_scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
_values = st.recursive(
    _scalars,
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(), below, max_size=3),
)


@given(_values)
def test_what_is_written_on_one_line_is_read_back(value: Any) -> None:
    text = flow(value)
    assert "\n" not in text
    assert parse(f"key: {text}").value == {"key": value}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("1e-3", 0.001),
        ("1:30", "1:30"),
        ("010", 10),
        ("1_000", "1_000"),
        ("2020-01-01", "2020-01-01"),
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


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("a: 1\nb: 2\na: 3", 3, "a is given twice, first in line 1"),
        ("a:\n  b: [1", 2, "expected"),
        ("a: 1\n\tb: 2", 2, "tab|'.t'"),
        ("a: 1\n---\nb: 2", 2, "single document"),
        ("a: !!python/object/apply:os.system [x]", 1, "not plain data"),
        ("a: !!binary aGk=", 1, "not plain data"),
        ("a: &x [*x]", 1, "holds itself"),
        ("a: *x", 1, "undefined alias"),
        ("a: \0", None, "special characters"),
        ("[" * 5000, None, "deeply"),
    ],
)
def test_what_is_wrong_has_a_line(text: str, line: int | None, problem: str) -> None:
    with pytest.raises(YamlFault, match=problem) as raised:
        parse(text)
    assert raised.value.line == line
