"""A training in this process, or in several that Ray Train starts on a machine or a cluster."""

from collections.abc import Callable
from pathlib import Path

from jobs.train.config import TrainConfig
from jobs.train.data import TrainingData
from jobs.train.training import Trained, train
from stages.faults import SetupError


def launch(
    config: TrainConfig,
    data: TrainingData,
    out: Path,
    say: Callable[[str], None],
    *,
    workers: int,
) -> Trained:
    """Train as `jobs.train.training.train` does.

    Args:
        config, data, out, say: as `train` takes them. Workers on other machines must see the same
            folders.
        workers: processes; 1: this one, unless DeepSpeed is asked for, which needs a group.

    Raises:
        SetupError: as `train`.
    """
    if workers == 1 and config.learning.deepspeed == "none":
        return train(config, data, out, say)
    return _on_ray(config, data, out.absolute(), say, workers)


def _on_ray(
    config: TrainConfig,
    data: TrainingData,
    out: Path,
    say: Callable[[str], None],
    workers: int,
) -> Trained:
    raise SetupError("--workers: not yet")
