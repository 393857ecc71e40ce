"""What a language model's generation_config.json names as the end of an answer."""

import json
from pathlib import Path
from typing import Any

import pytest

from stages.faults import SetupError
from stages.model.answer_ends import answer_ends, copy_answer_ends


def _write(folder: Path, **said: Any) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "generation_config.json").write_text(json.dumps(said))
    return folder


@pytest.mark.parametrize(("named", "ends"), [(2, [2]), ([106, 1], [106, 1]), (None, None)])
def test_one_or_several_or_none_are_named(tmp_path: Path, named: Any, ends: Any) -> None:
    assert answer_ends(_write(tmp_path, eos_token_id=named)) == ends


def test_without_the_file_nothing_is_named(tmp_path: Path) -> None:
    assert answer_ends(tmp_path) is None


@pytest.mark.parametrize("named", ["</s>", [2, "x"], True, -1, [], 2.5, {"id": 2}])
def test_what_is_no_token_id_is_refused_by_name(tmp_path: Path, named: Any) -> None:
    with pytest.raises(SetupError, match=r"generation_config\.json: eos_token_id is .* token id"):
        answer_ends(_write(tmp_path, eos_token_id=named))


def test_the_ends_alone_are_copied(tmp_path: Path) -> None:
    source, folder = (
        _write(tmp_path / "llm", eos_token_id=[7, 2], temperature=9.0),
        tmp_path / "out",
    )
    folder.mkdir()
    copy_answer_ends(source, folder)
    written = json.loads((folder / "generation_config.json").read_text())
    assert written == {"eos_token_id": [7, 2]}


def test_where_nothing_is_named_nothing_is_written(tmp_path: Path) -> None:
    copy_answer_ends(_write(tmp_path / "llm", temperature=0.6), tmp_path)
    assert not (tmp_path / "generation_config.json").exists()
