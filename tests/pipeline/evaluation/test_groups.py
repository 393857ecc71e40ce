"""Files that say which labels mean the same."""

from pathlib import Path

import pytest

from pipeline.evaluation.groups import own_groups, read_groups
from stages.faults import SetupError


@pytest.mark.parametrize(
    "text",
    [
        "happy: joy\nglad: joy\nsad: sorrow\n",
        '{"Happy ": "joy", "glad": "Joy", "sad": "sorrow"}',
        "[[happy, glad], [sad]]",
        "- [happy, glad]\n- [sad]\n",
        '[["happy", "glad"], ["sad"]]',
    ],
)
def test_a_mapping_or_a_list_of_lists_in_yaml_or_json(tmp_path: Path, text: str) -> None:
    (tmp_path / "groups").write_text(text)
    groups = read_groups(str(tmp_path / "groups"))
    assert groups.of("happy") == groups.of(" GLAD")
    assert groups.of("happy") != groups.of("sad")
    assert groups.of("odd") == groups.of("Odd")
    assert len({groups.of(word) for word in ("happy", "sad", "odd", "strange", "joy")}) == 5


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "holds no groups; write either"),
        ("[]", "holds no groups"),
        ("3", "holds no groups"),
        ("[happy, sad]", "group 1 is no list of labels"),
        ("[[happy], [1]]", "group 2 is no list of labels"),
        ("happy: [joy]", "the group of happy is no text"),
        ("[[happy, sad], [sad]]", "sad stands in two groups"),
        ("'': joy", "a label is empty"),
        ("a: [", "line 1"),
        ("a: x\na: y", "line 2: a is given twice"),
    ],
)
def test_other_files_are_refused(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "groups.yaml").write_text(text)
    with pytest.raises(SetupError, match=message) as fault:
        read_groups(str(tmp_path / "groups.yaml"))
    assert "groups.yaml" in str(fault.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"none\.yaml: cannot be read"):
        read_groups(str(tmp_path / "none.yaml"))


def test_our_own_groups_are_shades_of_a_feeling() -> None:
    groups = own_groups()
    assert groups.of("angrily") == groups.of("furious")
    assert groups.of("furious") != groups.of("annoyed")
