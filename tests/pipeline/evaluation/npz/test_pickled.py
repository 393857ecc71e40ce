"""Pickles: plain data comes out as it went in, and nothing in a hostile one is ever called."""

import os
import pickle
import pickletools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.evaluation.npz import pickled
from pipeline.evaluation.npz.arrays import ForbiddenContent
from pipeline.evaluation.npz.pickled import plain_data

SCALARS = (
    st.none() | st.booleans() | st.integers() | st.text() | st.binary() | st.floats(allow_nan=False)
)
PLAIN = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text() | st.integers(), inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.sets(st.text() | st.integers(), max_size=4)
    ),
    max_leaves=20,
)


@settings(max_examples=50)
@given(PLAIN, st.sampled_from((2, 3, 4, 5)))
def test_plain_data_comes_out_as_it_went_in(value: object, protocol: int) -> None:
    assert plain_data(pickle.dumps(value, protocol)) == value


@pytest.mark.parametrize("protocol", [2, 3, 4])
def test_arrays_and_numbers_of_numpy_are_lists_and_numbers_of_python(protocol: int) -> None:
    objects = np.empty((2, 2), dtype=object)
    objects[:] = [[["happy"], ["sad", "hurt"]], [[], None]]
    value = {
        "objects": objects,
        "one": np.array({"a": ("b",)}, dtype=object),
        "text": np.array([["a", "bc"]]),
        "big": np.array([1, 2], ">i4"),
        "scalars": [np.str_("é"), np.float32(0.5), np.int64(-3), np.bool_(True), np.str_("")],
        "none": np.array([], dtype=object),
        "bytes": b"",
    }
    assert plain_data(pickle.dumps(value, protocol)) == {
        "objects": [[["happy"], ["sad", "hurt"]], [[], None]],
        "one": {"a": ("b",)},
        "text": [["a", "bc"]],
        "big": [1, 2],
        "scalars": ["é", 0.5, -3, True, ""],
        "none": [],
        "bytes": b"",
    }


class _Calls:
    """Pickles as a call of any function."""

    def __init__(self, function: Callable[..., object], *arguments: object) -> None:
        self.call = function, arguments

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return self.call


class _Thing:
    pass


HOSTILE: dict[str, Callable[[str], Any]] = {
    "os.system": lambda file: _Calls(os.system, f"touch {file}"),
    "eval": lambda file: _Calls(eval, f"open({file!r}, 'w')"),
    "exec in a list in a dict": lambda file: {"a": [_Calls(exec, f"open({file!r}, 'w')")]},
    "open": lambda file: _Calls(open, file, "w"),
    "getattr": lambda _: _Calls(getattr, "", "join"),
    "import": lambda _: _Calls(__import__, "os"),
    "numpy.load": lambda _: _Calls(np.load, "x.npy"),
    "numpy.fromfile": lambda _: _Calls(np.fromfile, "/etc/hostname"),
    "numpy.testing": lambda file: _Calls(
        np.testing.rundocs,
        file,
    ),
    "an object of a class": lambda _: _Thing(),
    "a class": lambda _: _Thing,
    "a function": lambda _: os.system,
    "bytearray": lambda _: bytearray(b"a"),
    "complex": lambda _: 1j,
    "range": lambda _: range(10**9),
    "a structured array": lambda _: np.zeros(1, "i4,f8"),
    "a date": lambda _: np.datetime64("2020-01-01"),
}


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
@pytest.mark.parametrize("hostile", HOSTILE)
def test_what_is_not_plain_is_refused_and_never_called(
    tmp_path: Path, hostile: str, protocol: int
) -> None:
    file = tmp_path / "called"
    content = pickle.dumps(HOSTILE[hostile](str(file)), protocol)
    with pytest.raises(ForbiddenContent):
        plain_data(content)
    assert not file.exists()


@pytest.mark.parametrize(
    "program",
    [
        b"cnumpy.f2py\ncompile\n(Vint x;\ntR.",
        b"cnumpy.testing._private.utils\nrunstring\n(V1\n}tR.",
        b"cos\nsystem\n(S'true'\ntR.",
        b"(S'true'\nios\nsystem\n.",  # INST
        b"(cos\nsystem\nS'true'\no.",  # OBJ
        b"\x80\x02cnumpy\nndarray\n)\x81.",  # NEWOBJ
        b"\x80\x02cnumpy\nndarray\n}b.",  # a state for a name
        b"\x80\x02\x82\x01.",  # EXT1
        b"\x80\x02Ua\x01Q.",  # BINPERSID
        b"Pname\n.",  # PERSID
        b"\x80\x04\x8c\x02os\x8c\x06system\x93.",  # STACK_GLOBAL, never called
        b"\x80\x02cbuiltins\nset\n.",  # a name by itself
        b"\x80\x05\x97.",  # NEXT_BUFFER
    ],
)
def test_instructions_and_names_outside_the_few_are_refused(program: bytes) -> None:
    with pytest.raises(ForbiddenContent):
        plain_data(program)


@pytest.mark.parametrize(
    "program",
    [
        b"",
        b".",
        b"\x80\x02]]a",  # no end
        b"\x80\x02e.",  # values for no list
        b"\x80\x02h\x05.",  # nothing remembered there
        b"\x80\x02(.",  # a mark by itself
        b"\x80\x02K\x01K\x02.",  # two values
        b"\x80\x02}(K\x01u.",  # a key without a value
        b"\x80\x02}]K\x01s.",  # a list as a key
        b"\x80\x04\x8e\xff\xff\xff\xff\xff\xff\xff\x7fabc.",  # bytes that are not there
        b"\x80\x02\x85.",
    ],
)
def test_broken_pickles_are_refused(program: bytes) -> None:
    with pytest.raises(ForbiddenContent):
        plain_data(program)


@given(st.binary(max_size=60))
def test_no_bytes_at_all_bring_up_another_error(content: bytes) -> None:
    for program in (content, b"\x80\x04" + content + b"."):
        try:
            plain_data(program)
        except ForbiddenContent:
            continue


def test_data_that_is_nested_or_shared_to_excess_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pickled, "MOST_VALUES", 10_000)
    deep: list[object] = []
    for _ in range(40):
        deep = [deep]
    with pytest.raises(ForbiddenContent, match="nested"):
        plain_data(pickle.dumps(deep))
    many: list[object] = ["ha"] * 60
    for _ in range(12):
        many = [many] * 60
    with pytest.raises(ForbiddenContent, match="too much"):
        plain_data(pickle.dumps(many))
    itself: list[object] = []
    itself.append(itself)
    with pytest.raises(ForbiddenContent, match="nested"):
        plain_data(pickle.dumps(itself))


def test_nested_tuples_are_no_keys_because_hashing_them_takes_for_ever() -> None:
    program = b"\x80\x02)" + b"q\x00h\x00\x86" * 60 + b"}q\x01h\x000."
    with pytest.raises(ForbiddenContent):
        plain_data(program)
    shared = b"\x80\x02}(K\x01K\x02\x86" + b"q\x00h\x00\x86" * 60 + b"Nu."
    with pytest.raises(ForbiddenContent, match="as a key"):
        plain_data(shared)


def test_a_program_ends_after_so_many_instructions(monkeypatch: pytest.MonkeyPatch) -> None:
    content = pickle.dumps(list("abcdefgh"))
    monkeypatch.setattr(pickled, "MOST_INSTRUCTIONS", 5)
    with pytest.raises(ForbiddenContent, match="too many instructions"):
        plain_data(content)


def test_an_array_cannot_claim_more_than_it_holds() -> None:
    for shape in ((10**12,), (2, 10**12), (-1,), (1,) * 9, (3,)):
        state = (1, shape, np.dtype("u1"), False, b"ab")
        content = pickle.dumps(_Filled(state), 2)
        assert "BUILD" in {instruction.name for instruction, *_ in pickletools.genops(content)}
        with pytest.raises(ForbiddenContent):
            plain_data(content)


class _Filled:
    """Pickles as an array with any state."""

    def __init__(self, state: tuple[object, ...]) -> None:
        self.state = state

    def __reduce__(self) -> tuple[Any, ...]:
        make, arguments, _ = np.zeros(1, "u1").__reduce__()
        return make, arguments, self.state
