"""Where the rows of a pass are, as Ray Data knows it."""

import threading
import time
from pathlib import Path

import pyarrow as pa
import pytest

from pipeline.ray_session import ray_session

ROWS = 6


@pytest.mark.slow
def test_the_rows_of_a_lane_wait_before_it_or_are_held_by_its_processes(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    finished: list[object] = []
    with ray_session(tmp_path / "run.log"):
        import ray

        from pipeline.execution import Execution, Queue

        class Quick:
            def __call__(self, table: pa.Table) -> pa.Table:
                return table

        class HeldUp:
            def __call__(self, table: pa.Table) -> pa.Table:
                while not gate.exists():
                    time.sleep(0.05)
                return table

        def lane(rows: "ray.data.Dataset", work: type) -> "ray.data.Dataset":
            one = ray.data.ActorPoolStrategy(size=1, max_tasks_in_flight_per_actor=2)
            return rows.map_batches(
                work, batch_size=1, batch_format="pyarrow", compute=one, num_cpus=0.3
            )

        def read() -> None:
            for bundle in graph.iter_internal_ref_bundles():
                finished.extend(bundle.block_refs)

        rows = ray.data.range(ROWS, override_num_blocks=ROWS)
        graph = lane(lane(rows, Quick), HeldUp)
        reader = threading.Thread(target=read)
        reader.start()
        # the first lane has nothing more to do, and Ray Data has ended its process
        held_up = [Queue(0, 0, 0), Queue(ROWS - 2, 2, 1)]
        ends = time.monotonic() + 60
        while Execution.queues != held_up and time.monotonic() < ends:
            time.sleep(0.1)
        seen = Execution.queues
        gate.touch()
        reader.join()
    assert seen == held_up
    assert len(finished) == ROWS
