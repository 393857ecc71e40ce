"""What is trained on must not be tested on."""

from pathlib import Path

import pytest

from pipeline.evaluation.answers import Answer
from pipeline.labelled import Example, examples_of, find_leaks, require_apart
from stages.faults import SetupError

LINE = "We ought to leave before the rain begins"


def _kinds(train: Example, test: Example) -> list[str]:
    return [leak.kind for leak in find_leaks([train], [test])]


@pytest.mark.parametrize(
    ("one", "other", "is_leak"),
    [
        ("a", "a", True),
        ("video/a.mp4", "A.avi", True),
        ("samplenew3_00001", "samplenew4_00001", True),
        ("00012", "12.mp4", True),
        ("a", "b", False),
        ("1", "11", False),
    ],
)
def test_names_in_both(one: str, other: str, is_leak: bool) -> None:
    assert _kinds(Example(one), Example(other)) == (["id"] if is_leak else [])


def test_one_file_under_two_names(tmp_path: Path) -> None:
    for name, content in (("a", b"x" * 9), ("b", b"x" * 9), ("c", b"y" * 9), ("d", b"x")):
        (tmp_path / name).write_bytes(content)
    clips = {name: Example(name, str(tmp_path / name)) for name in "abcd"}
    assert _kinds(clips["a"], clips["b"]) == ["media"]
    assert _kinds(clips["a"], clips["a"]) == ["media"]
    assert _kinds(clips["a"], clips["c"]) == []
    assert _kinds(clips["a"], clips["d"]) == []
    with pytest.raises(SetupError, match="none: cannot be read"):
        find_leaks([Example("x", str(tmp_path / "none"))], [])


@pytest.mark.parametrize("name", ["dia0_utt0", "7.mp4"])
def test_names_that_only_count_are_no_leak_between_different_files(
    tmp_path: Path, name: str
) -> None:
    paths = []
    for split in ("train", "test"):
        paths.append(tmp_path / split)
        paths[-1].write_text(split)
    train, test = (Example(name, str(path)) for path in paths)
    assert _kinds(train, test) == []
    assert _kinds(train, Example(name)) == ["id"]
    named = [Example("clip about rain", str(path)) for path in paths]
    assert _kinds(*named) == ["id"]


@pytest.mark.parametrize(
    ("one", "other", "is_leak"),
    [
        (LINE, LINE.upper() + " ...", True),
        (f"{LINE} and the road floods", f"{LINE} and road floods", True),
        ("the company's rules are not yours", "The companys rules, are not yours!", True),
        (LINE, LINE.replace("rain", "snow"), False),
        ("I do not know", "I do not know", False),
        ("我们应该在下雨之前离开", "我们应该在下雨之前离开。", True),
        ("Yes.", "Yes.", False),
    ],
)
def test_texts_that_are_nearly_the_same(one: str, other: str, is_leak: bool) -> None:
    found = find_leaks([Example("a", said=("Hm.", one))], [Example("b", said=(other,))])
    assert [leak.kind for leak in found] == (["text"] if is_leak else [])


def test_a_pair_is_told_once_and_all_are_counted() -> None:
    train = [Example(f"t{at}", said=(LINE,)) for at in range(5)]
    with pytest.raises(SetupError) as fault:
        require_apart(train, [Example(f"v{at}", said=(LINE, LINE)) for at in range(6)])
    lines = str(fault.value).splitlines()
    assert lines[0].startswith("30 clips that are trained on are also tested on")
    assert lines[1] == f't0 and v0 say the same: "{LINE}"'
    assert len(lines) == 22
    assert lines[-1] == "and 10 more"
    require_apart(train, [Example("v", said=("Something else is said here today",))])


def test_examples_of_rows() -> None:
    rows = [Answer("a", said="Go."), Answer("a", said="No."), Answer("b")]
    assert examples_of(rows, {"a": "/x/a.mp4"}) == [
        Example("a", "/x/a.mp4", ("Go.", "No.")),
        Example("b"),
    ]
