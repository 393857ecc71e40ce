"""What a run may spend over all its processes."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipeline.config import Config, load_config
from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.spending import spending_of
from pipeline.purse import Purse
from stages.faults import SetupError
from stages.rows import to_table

_NAMED = ["chat.base_url=http://localhost/v1", "chat.model=m", "chat.price.input_per_million=1"]


def _config(limit: float | None) -> Config:
    return load_config("chat", [*_NAMED, f"chat.max_cost={limit or 'null'}"])


def _row(cost: float | None) -> dict[str, object]:
    return {"video_id": "v", "chat_usage": None if cost is None else {"cost": cost}}


@pytest.fixture
def folder(tmp_path: Path) -> DatasetFolder:
    """A dataset of which two annotations and a failure have cost 3.5."""
    recipe = _config(None).recipe
    for name, schema, costs in (
        ("annotations", recipe.annotation_schema, (1.0, None, 2.0)),
        ("failures", recipe.failure_schema, (0.5,)),
    ):
        (tmp_path / name).mkdir()
        table = to_table([_row(cost) for cost in costs], schema)
        pq.write_table(table, tmp_path / name / "part-0.parquet")
    return DatasetFolder(str(tmp_path))


def test_rows_and_failures_that_stand_there_count(folder: DatasetFolder) -> None:
    spending = spending_of(folder.location)
    assert (spending.dataset, spending.before()) == (folder.location, 3.5)


def test_without_a_folder_nothing_was_spent() -> None:
    assert spending_of(None).before() == 0.0


def test_finished_rows_are_added_until_the_limit(folder: DatasetFolder) -> None:
    purse = Purse(_config(4.0), folder)
    purse.require_money()
    purse.pay(_row(0.25))
    purse.pay({"video_id": "v"})
    purse.require_money()
    purse.pay(_row(0.25))
    with pytest.raises(SetupError, match=r"chat\.max_cost: 4 of 4 USD"):
        purse.require_money()


def test_without_a_limit_or_a_chat_model_nothing_is_looked_at(tmp_path: Path) -> None:
    for config in (_config(None), load_config()):
        purse = Purse(config, DatasetFolder(str(tmp_path)))
        purse.pay(_row(1e9))
        purse.require_money()


def test_a_run_is_told_what_its_answers_took(tmp_path: Path) -> None:
    purse = Purse(_config(None), DatasetFolder(str(tmp_path)))
    assert not purse.bill.counts
    took = {"requests": 2, "cached": 0, "prompt_tokens": 30, "completion_tokens": None}
    for row in ({"chat_usage": {**took, "cost": 0.5, "currency": "EUR"}}, {"video_id": "failed"}):
        purse.pay(row)
    purse.pay({"chat_usage": {**took, "prompt_tokens": 12, "cost": 0.25, "currency": "EUR"}})
    assert +purse.bill.counts == {"requests": 4, "prompt_tokens": 42, "cost": 0.75}
    assert purse.bill.currency == "EUR"
