"""Whether DeepSpeed starts, where it is used."""

import pytest

from stages.check import State
from stages.generate.checks import check_deepspeed
from stages.generate.config import GenerateConfig


def test_deepspeed_is_looked_at_where_it_is_used() -> None:
    assert check_deepspeed(GenerateConfig(), thorough=False) == []
    other = GenerateConfig(engine="transformers")
    assert check_deepspeed(other, thorough=True) == []


def test_a_deepspeed_that_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/bin/false")
    (check,) = check_deepspeed(GenerateConfig(), thorough=True)
    assert check.state is State.FAIL
    assert "transformers" in check.remedy
