"""What was begun is gone on with, and nothing else beside it."""

from pathlib import Path

import pytest

from pipeline.again.plan import Plan, begin, begun
from pipeline.again.selection import NAMED
from pipeline.dataset.folder import DatasetFolder
from stages.faults import SetupError

PLAN = Plan.of("0123456789ab", "abstained", ["b", "a"])
ROWS = [{"video_id": "a", "window_index": 1, "stage": "decode", "why": "because"}]


@pytest.fixture
def folder(tmp_path: Path) -> DatasetFolder:
    return DatasetFolder(str(tmp_path))


def test_what_was_named_is_read_back_by_the_same_command(folder: DatasetFolder) -> None:
    assert begun(folder, PLAN) is None
    named = NAMED.empty_table().from_pylist(ROWS, schema=NAMED)
    begin(folder, PLAN, named)
    found = begun(folder, Plan.of("0123456789ab", "abstained", ["a", "b"]))
    assert found is not None
    assert found.equals(named)


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (Plan.of("0123456789ab", None, ["a", "b"]), "it was begun with --where 'abstained'"),
        (Plan.of("ffffffffffff", "abstained", ["a", "b"]), "another configuration"),
        (Plan.of("0123456789ab", "abstained", ["a"]), "for other videos"),
    ],
)
def test_something_else_is_refused_with_the_difference(
    folder: DatasetFolder, other: Plan, said: str
) -> None:
    begin(folder, PLAN, NAMED.empty_table())
    with pytest.raises(SetupError, match=said):
        begun(folder, other)


def test_a_plan_that_cannot_be_read_is_told(folder: DatasetFolder) -> None:
    folder.write_bytes("again/plan.json", b"{}")
    with pytest.raises(SetupError, match=r"again/plan\.json cannot be read"):
        begun(folder, PLAN)
