"""Every way of the model over a GPU, once: it says what the CPU says. Run by `make test-gpu`."""

from collections.abc import Sequence

import pytest

from pipeline.config import load_config
from pipeline.manifest import resolve_inputs
from pipeline.plain_loop import build_stage, chain
from stages.rows import Row

pytestmark = pytest.mark.gpu

DEVICE = "cuda"
THINKING = ("encode", "pool", "generate")


@pytest.fixture(scope="module")
def windows() -> list[Row]:
    """The samples as they come to the model."""
    config = load_config("tiny", [])
    looking = [name for name in config.recipe.names if name not in THINKING]
    stages = [build_stage(name, config) for name in looking]
    return list(chain(stages, resolve_inputs(["samples"]).rows))


def answered(windows: Sequence[Row], *settings: str) -> list[Row]:
    config = load_config("tiny", settings)
    stages = [build_stage(name, config) for name in THINKING]
    return list(chain(stages, [dict(window) for window in windows]))


@pytest.fixture(scope="module")
def on_the_cpu(windows: list[Row]) -> list[Row]:
    return answered(windows)


@pytest.mark.parametrize(
    "engine",
    [
        ["generate.engine=deepspeed"],
        ["generate.engine=deepspeed", "generate.record_steps=true"],
        ["generate.engine=transformers"],
    ],
)
def test_the_samples_are_told_as_on_a_cpu(
    engine: list[str], windows: list[Row], on_the_cpu: list[Row]
) -> None:
    found = answered(windows, f"model.device={DEVICE}", *engine)
    assert [row["description"] for row in found] == [row["description"] for row in on_the_cpu]
    for one, other in zip(found, on_the_cpu, strict=True):
        assert [said["labels"] for said in one["utterances"]] == [
            said["labels"] for said in other["utterances"]
        ]


def test_half_precision_fails_no_window(windows: list[Row]) -> None:
    found = answered(windows, f"model.device={DEVICE}", "model.dtype=bfloat16")
    assert [row.get("error") for row in found] == [None] * len(windows)
    assert all(row["description"] for row in found)
