"""Source rows on their way into Ray."""

from pipeline.recipe import BUILT_IN, Recipe
from pipeline.source import ROWS_A_TASK, RowSource
from stages.rows import from_table

COLUMNS = Recipe(BUILT_IN).schema_after(None)


def test_rows_come_one_a_block_in_tasks_of_a_bounded_size() -> None:
    rows = [{"video_id": str(i), "uri": f"/{i}"} for i in range(ROWS_A_TASK + 2)]
    tasks = RowSource(rows, COLUMNS).get_read_tasks(parallelism=1)
    blocks = [list(task()) for task in tasks]
    assert [len(given) for given in blocks] == [ROWS_A_TASK, 2]
    assert all(block.num_rows == 1 for given in blocks for block in given)
    back = [from_table(block)[0]["video_id"] for given in blocks for block in given]
    assert back == [row["video_id"] for row in rows]


def test_no_rows_make_no_task() -> None:
    assert RowSource([], COLUMNS).get_read_tasks(parallelism=1) == []
