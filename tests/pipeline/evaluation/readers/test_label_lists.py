"""Cells that hold labels."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.evaluation.readers.label_lists import labels_in


@pytest.mark.parametrize(
    ("cell", "labels"),
    [
        ("['happy', 'relieved']", ("happy", "relieved")),
        ('["Happy ", " relieved"]', ("happy", "relieved")),
        ("[\"can't care\", 'sad']", ("can't care", "sad")),
        ("[happy, relieved]", ("happy", "relieved")),
        ("['happy' 'sad", ("['happy' 'sad",)),  # no list: one text
        ("['happy', 'sad,]", ("happy", "sad")),  # broken: split at quotes and commas
        ("['happy', ['sad']]", ("happy", "[", "sad", "]")),
        ("happy, sad;angry", ("happy", "sad", "angry")),
        ("开心，难过、生气", ("开心", "难过", "生气")),
        ("sad", ("sad",)),
        ("sad,Sad , SAD", ("sad",)),
        ("[]", ()),
        ("['']", ()),
        ("  ", ()),
        ("nan", ()),
        (None, ()),
        (["Happy", "sad"], ("happy", "sad")),
        ({"b", "a"}, ("a", "b")),
    ],
)
def test_labels_are_small_letters_each_once_in_order(cell: object, labels: tuple[str, ...]) -> None:
    assert labels_in(cell) == labels


@pytest.mark.parametrize("cell", [3, [1], {"a": 1}, ["a", None]])
def test_other_things_are_no_labels(cell: object) -> None:
    with pytest.raises(ValueError, match="labels"):
        labels_in(cell)


@given(st.lists(st.from_regex(r"[a-z]+( [a-z]+)?", fullmatch=True), unique=True, max_size=5))
def test_a_list_as_python_writes_it_comes_back(labels: list[str]) -> None:
    assert labels_in(str(labels)) == tuple(labels)


@given(st.text())
def test_any_text_gives_some_labels_or_none(text: str) -> None:
    assert all(label == label.strip() and label for label in labels_in(text))


def test_a_text_that_would_be_deep_is_only_split() -> None:
    assert labels_in("[" * 300 + "]" * 300)
    assert labels_in("[" + "'a'," * 10_000 + "]") == ("a",)
