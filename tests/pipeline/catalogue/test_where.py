"""Expressions that choose rows."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.catalogue.where import Where
from stages.faults import SetupError

ROWS = pa.table(
    {
        "unit_id": ["a", "b", "c"],
        "labels": [["joy", "it's"], ["fear"], None],
        "confidence": pa.array([0.9, 0.2, None], pa.float32()),
        "abstained": [False, False, True],
        "extra": pa.array([[("label", "happy")], None, []], pa.map_(pa.string(), pa.string())),
    }
)


def _chosen(expression: str) -> list[str]:
    chosen: list[str] = Where(expression, ROWS.schema).matching(ROWS)["unit_id"].to_pylist()
    return chosen


@pytest.mark.parametrize(
    ("expression", "chosen"),
    [
        ("confidence > 0.5", ["a"]),
        ("confidence > 0.5 or abstained", ["a", "c"]),
        ("'joy' in labels", ["a"]),
        ("list_contains(labels, 'it''s')", ["a"]),
        ("extra['label'] = 'happy'", ["a"]),
        ("not abstained and len(labels) = 1", ["b"]),
        ("confidence is null", ["c"]),
        ("unit_id like '%b%' -- a remark", ["b"]),
        ("true", ["a", "b", "c"]),
        ("confidence = NULL", []),
    ],
)
def test_an_expression_chooses_rows_in_their_order(expression: str, chosen: list[str]) -> None:
    assert _chosen(expression) == chosen


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        ("nothing > 1", "there is no column nothing; there are unit_id, labels, confidence"),
        ("confidence", "is neither true nor false of a row: it is of type FLOAT"),
        ("confidence >", "syntax error at or near"),
        ("", "without selection list"),
        ("true; drop table x", "more than one statement"),
        ("true) or (true", "syntax error"),
        ("unit_id::int > 1", "Could not convert string 'a' to INT32"),
        ("x" * 10_001, "longer than 10000 characters"),
        ("(select count(*) from read_text('/etc/passwd')) > 0", "disabled by configuration"),
        ("(select count(*) from '/etc/passwd') > 0", "."),
        ("(select count(*) from pragma_version()) > 99 and getenv('HOME') = ''", "getenv"),
    ],
)
def test_a_wrong_expression_is_named_with_what_is_wrong(expression: str, told: str) -> None:
    with pytest.raises(SetupError, match=told):
        _chosen(expression)


@given(st.text(max_size=30))
def test_any_text_chooses_or_is_refused_in_a_line(text: str) -> None:
    told = ""
    try:
        assert set(_chosen(text)) <= {"a", "b", "c"}
    except SetupError as fault:
        told = str(fault)
    assert len(told.splitlines()) <= 1
