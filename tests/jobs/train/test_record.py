"""The record of a training, and where it goes on."""

from pathlib import Path
from typing import Any

import pytest

from jobs.train.record import claim, last_checkpoint, write_record
from stages.faults import SetupError


def _record(**config: Any) -> dict[str, Any]:
    return {"finished": False, "same": {"config": config}}


def test_a_new_folder_is_made_and_the_same_training_goes_on(tmp_path: Path) -> None:
    out = tmp_path / "a" / "b"
    assert not claim(out, _record(seed=1))
    assert not claim(out, _record(seed=1))
    write_record(out, {**_record(seed=1), "finished": True})
    assert claim(out, _record(seed=1))


def test_another_training_is_told_apart_by_its_key(tmp_path: Path) -> None:
    claim(tmp_path, _record(learning={"steps": 5}, seed=1))
    with pytest.raises(SetupError, match=r"config\.learning\.steps: 5 there, 7 now") as told:
        claim(tmp_path, _record(learning={"steps": 7}, seed=1))
    assert "seed" not in str(told.value)


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(SetupError, match="holds other things"):
        claim(tmp_path, _record())
    assert [file.name for file in tmp_path.iterdir()] == ["mine.txt"]


def test_caches_alone_are_no_other_things(tmp_path: Path) -> None:
    (tmp_path / "cache").mkdir()
    assert not claim(tmp_path, _record())


def test_only_a_whole_checkpoint_is_gone_on_from(tmp_path: Path) -> None:
    assert last_checkpoint(tmp_path) is None
    for step, files in (
        (8, ["trainer_state.json"]),
        (10, ["trainer_state.json"]),
        (12, ["model.safetensors"]),
        (14, ["trainer_state.json", "checkpoint-is-incomplete.txt"]),
    ):
        folder = tmp_path / "checkpoints" / f"checkpoint-{step}"
        folder.mkdir(parents=True)
        for name in files:
            (folder / name).touch()
    found = last_checkpoint(tmp_path)
    assert found is not None
    assert found.name == "checkpoint-10"
