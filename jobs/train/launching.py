"""A training in this process, or in several that Ray Train starts on a machine or a cluster."""

import json
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from jobs.train.config import TrainConfig
from jobs.train.data import TrainingData
from jobs.train.record import write_text
from jobs.train.training import Trained, train
from pipeline.ray_session import ray_session
from stages.faults import SetupError

_LOG = "training.log"
_LINES = ".lines"  # what the first process says, line by line
_RESULT = ".result.json"  # what came of it; what is reported without a checkpoint Ray forgets
_RAY = ".ray"
_LOOK_S = 0.5


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
        config, data, out, say: as `train` takes them. Processes on other machines must see the same
            folders.
        workers: processes; 1: this one, where it needs no group and sees at most one GPU.

    Raises:
        SetupError: as `train`; or a process failed.
    """
    import torch

    one_is_enough = config.learning.deepspeed == "none" and torch.cuda.device_count() <= 1
    if workers == 1 and one_is_enough:
        return train(config, data, out, say)
    if workers > 1 and config.learning.action_units > 0 and data.has_films:
        raise SetupError(
            "learning.action_units is learnt by one process alone: give --workers 1, or "
            "--set learning.action_units=0"
        )
    return _on_ray(_Task(config, data, out.absolute()), say, workers)


@dataclass(frozen=True)
class _Task:
    config: TrainConfig
    data: TrainingData
    out: Path


def _on_ray(task: _Task, say: Callable[[str], None], workers: int) -> Trained:
    log = task.out / _LOG
    with ray_session(log) as resources, _told(task.out / _LINES, say):
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer

        scaling = ScalingConfig(
            num_workers=workers,
            use_gpu=resources.get("GPU", 0) > 0,
            resources_per_worker=None,
        )
        where = RunConfig(name="run", storage_path=str(task.out / _RAY))
        trainer = TorchTrainer(
            _work, train_loop_config={"task": task}, scaling_config=scaling, run_config=where
        )
        try:
            trainer.fit()
        except Exception as fault:  # Ray wraps whatever a process raised in classes of its own
            raise SetupError(
                f"a process that trained failed; {log} says more, and the same command goes on "
                f"from the last checkpoint: {_first_line(fault)}"
            ) from fault
    result = task.out / _RESULT
    trained = Trained(**json.loads(result.read_text("utf-8")))
    result.unlink()
    shutil.rmtree(task.out / _RAY, ignore_errors=True)
    return trained


def _work(given: dict[str, Any]) -> None:
    """What each process does."""
    import ray.train

    task: _Task = given["task"]
    lines = task.out / _LINES

    def say(line: str) -> None:
        with lines.open("a", encoding="utf-8") as stream:
            stream.write(line + "\n")

    is_first = ray.train.get_context().get_world_rank() == 0
    trained = train(
        task.config,
        task.data,
        task.out,
        say if is_first else lambda _: None,
        # Ray calls this in a thread, where no signal can be waited for.
        enable_jit_checkpoint=False,
        # A window without faces teaches the local branch nothing.
        ddp_find_unused_parameters=True,
    )
    if is_first:
        write_text(task.out / _RESULT, json.dumps(asdict(trained)))


@contextmanager
def _told(lines: Path, say: Callable[[str], None]) -> Iterator[None]:
    """Says what is written to a file while the block lasts; takes the file away."""
    lines.write_text("", encoding="utf-8")
    over = threading.Event()

    def follow() -> None:
        with lines.open(encoding="utf-8") as stream:
            while True:
                is_over = over.wait(_LOOK_S)
                for line in stream:
                    say(line.rstrip("\n"))
                if is_over:
                    return

    thread = threading.Thread(target=follow, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        lines.unlink(missing_ok=True)


def _first_line(fault: Exception) -> str:
    lines = [line for line in str(fault).splitlines() if line.strip()]
    return lines[-1].strip() if lines else type(fault).__name__
