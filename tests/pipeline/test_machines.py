"""Whether a run has one machine or those of a cluster (tests/pipeline/test_cluster.py has more)."""

import pytest

from pipeline.lanes import LaneConfig
from pipeline.machines import joins_cluster, plans_for

LANES = [LaneConfig(stages=("transcribe",), cpus=1, min_workers=2)]


def test_ray_of_this_process_alone_is_no_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    for address, is_cluster in (("", False), ("local", False), ("auto", True)):
        monkeypatch.setenv("RAY_ADDRESS", address)
        assert joins_cluster() == is_cluster


def test_one_machine_is_filled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    [plan] = plans_for(LANES, {"CPU": 8.0})
    assert (plan.low, plan.high) == (7, 7)
