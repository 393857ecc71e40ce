"""A trained folder tells of the trainings before it, as far as these are known."""

import json
from pathlib import Path

import pytest

from jobs.train.card import model_card
from jobs.train.config import TrainConfig
from jobs.train.provenance import trainings_before
from stages.faults import SetupError
from stages.model.folder import uncalibrated_revision
from tests.models import copy_of_tiny

FIRST = {"revision": "0a1b2c3d4e5f"}
SOURCES = {
    "labels": [{"files": [{"location": "clips.csv", "form": "a table", "rows": 12}]}],
    "words": [],
    "held_out": [],
}
RECORD = {
    "command": ["microemo", "train", "--out", "my model"],
    "version": "0.1.0",
    "seed": 3,
    "steps": 40,
    "config": {"base": "coarse"},
    "sources": SOURCES,
    "before": [FIRST],
    "same": {},
}


def test_from_nothing_nothing_is_before() -> None:
    assert trainings_before(TrainConfig()) == []


def test_the_trainings_of_the_base_come_first_and_then_its_own(tmp_path: Path) -> None:
    base = copy_of_tiny(tmp_path / "base")
    (base / "training.json").write_text(json.dumps(RECORD))
    first, own = trainings_before(TrainConfig(base=str(base)))
    assert first == FIRST
    assert own["revision"] == uncalibrated_revision(base)
    assert (own["command"], own["seed"], own["sources"]) == (RECORD["command"], 3, SOURCES)
    assert "same" not in own
    assert "before" not in own


def test_of_a_base_without_a_record_the_revision_is_told(tmp_path: Path) -> None:
    base = copy_of_tiny(tmp_path / "base")
    (base / "training.json").unlink()
    config = TrainConfig(base=str(base))
    assert trainings_before(config) == [{"revision": uncalibrated_revision(base)}]


def test_a_record_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    base = copy_of_tiny(tmp_path / "base")
    (base / "training.json").write_text("{half")
    with pytest.raises(SetupError, match=r"training\.json"):
        trainings_before(TrainConfig(base=str(base)))


def test_the_card_tells_of_them() -> None:
    own = {name: RECORD[name] for name in ("command", "seed", "sources")}
    card = model_card(
        {
            **RECORD,
            "trained": "synthetic",
            "before": [FIRST, {"revision": "ffffffffffff", **own}],
            "learnt_from": {"windows": 2, "utterances": 3},
            "held_out": {"windows": 1, "utterances": 1},
            "score": None,
            "loss": 1.0,
            "held_out_loss": 1.0,
            "device": "cpu",
        }
    )
    assert "- revision 0a1b2c3d4e5f, of which nothing is told\n" in card
    told = "- `microemo train --out 'my model'`, with seed 3, gave ffffffffffff:\n"
    assert f"{told}  - `clips.csv`: a table, 12 rows\n" in card
