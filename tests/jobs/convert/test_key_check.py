"""A file holds exactly what it should, or the error names what is wrong."""

import re
from pathlib import Path

import pytest
import torch

from jobs.convert.key_check import check_keys
from jobs.convert.tensor_files import StoredTensor
from stages.faults import SetupError

FILE = Path("some.pth")
SURPLUS = (re.compile(r".*\.position_ids"), re.compile(r"head\..*"))


def _held(**shapes: tuple[int, ...]) -> dict[str, StoredTensor]:
    return {
        name.replace("__", "."): StoredTensor(FILE, shape, torch.float32, lambda: torch.ones(1))
        for name, shape in shapes.items()
    }


def test_known_surplus_is_returned_in_order() -> None:
    held = _held(head__b=(1,), a=(2, 3), x__position_ids=(1, 9))
    assert check_keys(FILE, held, {"a": (2, 3)}, SURPLUS) == ("head.b", "x.position_ids")


@pytest.mark.parametrize(
    ("expected", "message"),
    [
        ({"a": (2,), "b": (1,), "c": (4,)}, r"missing: 'c'"),
        ({"a": (2,)}, r"surplus: 'b'"),
        ({"a": (2,), "b": (7, 1)}, r"misshapen: 'b' is \[1\] and not \[7, 1\]"),
    ],
)
def test_a_fault_names_the_file_and_the_key(
    expected: dict[str, tuple[int, ...]], message: str
) -> None:
    with pytest.raises(SetupError, match=rf"(?s)some\.pth.*{message}"):
        check_keys(FILE, _held(a=(2,), b=(1,)), expected, SURPLUS)


def test_all_kinds_of_faults_are_told_at_once_and_many_are_counted() -> None:
    expected = {f"m{at}": (1,) for at in range(7)} | {"a": (3,)}
    with pytest.raises(SetupError) as told:
        check_keys(FILE, _held(a=(2,), b=(1,)), expected, ())
    text = str(told.value)
    assert "'m4' and 2 more" in text
    assert "surplus: 'b'" in text
    assert "misshapen: 'a'" in text


def test_weights_in_whole_numbers_are_refused() -> None:
    held = {"a": StoredTensor(FILE, (1,), torch.int8, lambda: torch.ones(1))}
    with pytest.raises(SetupError, match=r"not of floats: 'a' is torch\.int8"):
        check_keys(FILE, held, {"a": (1,)}, ())


def test_a_surplus_pattern_does_not_excuse_a_key_that_is_wanted() -> None:
    with pytest.raises(SetupError, match=r"misshapen: 'head\.b'"):
        check_keys(FILE, _held(head__b=(1,)), {"head.b": (2,)}, SURPLUS)
