"""A long corpus is handed over bit by bit, while the rest of it waits with the driver."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from pipeline.ray_session import ray_session
from pipeline.recipe import BUILT_IN, Recipe

COLUMNS = Recipe(BUILT_IN).schema_after(None)
TASKS, ROWS = 8, 8


@pytest.mark.slow
def test_tasks_wait_while_enough_rows_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = tmp_path / "begun"
    begun.mkdir()
    with ray_session(tmp_path / "run.log"):
        import ray

        from pipeline import read_ahead, source

        class Noting(source.RowSource):
            """Each of its tasks leaves a file when it begins."""

            def _task(self, rows: Any) -> Any:
                task = super()._task(rows)
                read, name = task._read_fn, str(begun / str(rows[0]["video_id"]))

                def noted() -> Any:
                    open(name, "w").close()  # noqa: PTH123
                    yield from read()

                task._read_fn = noted
                return task

        def count(table: pa.Table) -> Iterator[pa.Table]:
            yield pa.table({"begun": [len(list(begun.iterdir()))] * table.num_rows})

        for module in (read_ahead, source):
            monkeypatch.setattr(module, "ROWS_A_TASK", ROWS)
        monkeypatch.setattr(read_ahead, "MOST_AHEAD", 2 * ROWS)
        rows = [{"video_id": str(at), "uri": f"/{at}"} for at in range(TASKS * ROWS)]
        graph = ray.data.read_datasource(Noting(rows, COLUMNS), num_cpus=0.1)
        graph = graph.map_batches(count, batch_size=1, batch_format="pyarrow", num_cpus=0.5)
        seen = [
            ray.get(block).column("begun")[0].as_py()
            for bundle in graph.iter_internal_ref_bundles()
            for block in bundle.block_refs
        ]
    assert len(seen) == len(rows)
    assert seen[0] <= 2
    assert max(seen) == TASKS
