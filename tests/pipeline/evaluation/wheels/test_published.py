"""The file of the challenge's wheels, here with a few words of our own in its shape."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.evaluation.wheels.published import read_wheels
from stages.faults import SetupError

FORMS = {"happily": ["happy"], "glum": ["sad", "bad"]}
SYNONYMS = {"happy": ["happy", "joyful"], "sad": ["sad"], "bad": ["awful"]}
WHOLE = {
    name: {"level1": {"joyful": "happy", "sad": "sad"}, "level2": {"joyful": "joy", "sad": "sad"}}
    for name in ("wheel2", "wheel1")
}


def _write(file: Path, **arrays: Any) -> str:
    np.savez(file, **{name: np.array(value, object) for name, value in arrays.items()})
    return str(file)


def test_words_find_their_way_onto_each_wheel(tmp_path: Path) -> None:
    file = _write(
        tmp_path / "w.npz", format_mapping=FORMS, raw_mapping=SYNONYMS, wheel_map_whole=WHOLE
    )
    wheels = read_wheels(file)
    assert [wheel.name for wheel in wheels.wheels] == ["wheel1", "wheel2"]
    assert wheels.classes("Happily") == ("happy", "happy")
    assert wheels.classes("glum", "level2") == ("sad", "sad")
    assert wheels.classes("happy") == (None, None)  # no form of it is listed


def test_sets_of_words_are_as_good_as_lists(tmp_path: Path) -> None:
    forms = {word: set(bases) for word, bases in FORMS.items()}
    file = _write(
        tmp_path / "w.npz", format_mapping=forms, raw_mapping=SYNONYMS, wheel_map_whole=WHOLE
    )
    assert read_wheels(file).forms["glum"] == ("bad", "sad")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format_mapping": [1, 2]}, "format_mapping is no mapping from words"),
        ({"raw_mapping": {"a": 3}}, "raw_mapping of 'a' is no list of words"),
        ({"raw_mapping": {"a": [3]}}, "raw_mapping of 'a' is no list of words"),
        ({"wheel_map_whole": {}}, "holds no wheel"),
        ({"wheel_map_whole": {"w": {"level1": {"a": "b"}}}}, "level2 of w is no mapping"),
        ({"wheel_map_whole": {"w": {"level1": {}, "level2": {}}}}, "level1 of w holds no classes"),
    ],
)
def test_files_of_another_shape_are_refused(
    tmp_path: Path, change: dict[str, Any], message: str
) -> None:
    arrays = {"format_mapping": FORMS, "raw_mapping": SYNONYMS, "wheel_map_whole": WHOLE, **change}
    with pytest.raises(SetupError, match=message):
        read_wheels(_write(tmp_path / "w.npz", **arrays))


def test_another_archive_is_refused_with_what_was_found(tmp_path: Path) -> None:
    with pytest.raises(
        SetupError, match=r"has no format_mapping and no raw_mapping and no .*filen"
    ):
        read_wheels(_write(tmp_path / "w.npz", filenames=["a"]))
