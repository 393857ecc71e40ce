"""Prompts are files that a person can edit, and are looked at before the first video."""

import shutil
from importlib import resources
from pathlib import Path

import pytest

from stages.chat.templates import EXAMPLES, built_in, read_prompts
from stages.faults import SetupError

BUILT_IN = resources.files("stages.chat") / "prompts"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the English ones."""
    shutil.copytree(str(BUILT_IN / "emer-en"), tmp_path / "mine")
    return tmp_path / "mine"


@pytest.mark.parametrize("name", built_in())
def test_the_built_in_ones_can_be_rendered_in_every_way(name: str) -> None:
    prompts = read_prompts(name)
    for template, examples in EXAMPLES.items():
        for told in examples:
            text = prompts.rendered(template, **told)
            assert text
            assert "  " not in text


def test_there_are_english_and_chinese_ones() -> None:
    assert built_in() == ["emer-en", "emer-zh"]
    assert "情绪" in read_prompts("emer-zh").rendered("label", **EXAMPLES["label"][0])


def test_a_copy_is_known_by_its_content_wherever_it_lies(folder: Path) -> None:
    mine = read_prompts(str(folder))
    assert mine.revision == read_prompts("emer-en").revision
    (folder / "label.txt").write_text("What do they feel?", encoding="utf-8")
    assert read_prompts(str(folder)).revision != mine.revision
    assert read_prompts("emer-zh").revision != mine.revision


def test_other_files_in_the_folder_are_nobodys_business(folder: Path) -> None:
    before = read_prompts(str(folder)).revision
    (folder / "notes.md").write_text("{{ broken", encoding="utf-8")
    assert read_prompts(str(folder)).revision == before


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("frame.txt", "{{ tme_s }}", r"frame\.txt: 'tme_s' is undefined; it is given time_s"),
        ("label.txt", "{% if given %}{{ extra }}{% endif %}", r"label\.txt: 'extra' is undefined"),
        ("label.txt", "{% if 0 %}{{ uri }}{% endif %}", r"label\.txt: 'uri' is undefined"),
        ("describe.txt", "{{ about.place }}", r"describe\.txt: .*no attribute 'place'"),
        ("window.txt", "a\n{% for x in lines %}", r"window\.txt, line 2: Unexpected end"),
        ("sound.txt", '{% include "other.txt" %}', r"sound\.txt: includes other\.txt"),
        ("face.txt", "{{ times_s | round }}", r"face\.txt: TypeError"),
        ("system.txt", "{{ ''.__class__.__mro__ }}", r"system\.txt: .*unsafe"),
        ("system.txt", '{% include "system.txt" %}', r"system\.txt: RecursionError"),
    ],
)
def test_a_fault_is_told_with_its_file(folder: Path, file: str, text: str, said: str) -> None:
    (folder / file).write_text(text, encoding="utf-8")
    with pytest.raises(SetupError, match=said) as raised:
        read_prompts(str(folder))
    assert str(raised.value).startswith(f"chat.prompt: {folder}/")
    assert "\n" not in str(raised.value)


def test_a_template_that_is_missing_is_named(folder: Path) -> None:
    (folder / "event.txt").unlink()
    with pytest.raises(SetupError, match=r"has no event\.txt"):
        read_prompts(str(folder))


def test_what_is_no_text_or_too_much_of_it_is_refused(folder: Path) -> None:
    (folder / "face.txt").write_bytes(b"\xff\xfe")
    with pytest.raises(SetupError, match=r"face\.txt: not UTF-8"):
        read_prompts(str(folder))
    (folder / "face.txt").write_bytes(b"x" * 200_000)
    with pytest.raises(SetupError, match=r"face\.txt: larger than"):
        read_prompts(str(folder))


def test_a_folder_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(SetupError, match="emer-fr is no folder, and none of emer-en, emer-zh"):
        read_prompts("emer-fr")
