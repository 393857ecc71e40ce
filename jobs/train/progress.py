"""How a training is told on the terminal: a line at each look, that a person can read."""

import time
from collections.abc import Callable
from typing import Any

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments


class Told(TrainerCallback):
    """Says how far the training is, and keeps the last figures.

    Attributes:
        loss: of the last steps.
        held_out_loss: at the last look.
        score: at the last look, 0..100.

    Args:
        say: takes a line.
        scores: whether a look ends with a score.
    """

    def __init__(self, say: Callable[[str], None], *, scores: bool) -> None:
        self._say = say
        self._scores = scores
        self._began_at = time.monotonic()
        self._began_with = 0
        self.loss: float | None = None
        self.held_out_loss: float | None = None
        self.score: float | None = None

    def on_train_begin(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        **kwargs: Any,
    ) -> None:
        """The steps that are done already took no time of this run."""
        self._began_at, self._began_with = time.monotonic(), state.global_step

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: dict[str, float] | None = None,
        **kwargs: Any,
    ) -> None:
        """Takes the figures, and says them once all of a step are there."""
        logs = logs or {}
        self.loss = logs.get("loss", self.loss)
        self.held_out_loss = logs.get("eval_loss", self.held_out_loss)
        self.score = logs.get("eval_score", self.score)
        if "eval_score" in logs:
            self._tell_look(state)
        elif "loss" in logs and not control.should_evaluate:
            self._tell(state, [])

    def on_evaluate(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        **kwargs: Any,
    ) -> None:
        """Says what a look has found, where no score follows."""
        if not self._scores:
            self._tell_look(state)

    def _tell_look(self, state: TrainerState) -> None:
        found = [] if self.held_out_loss is None else [f"held-out loss {self.held_out_loss:.2f}"]
        found += [] if self.score is None else [f"score {self.score:.1f}"]
        self._tell(state, found)

    def _tell(self, state: TrainerState, found: list[str]) -> None:
        step, of = state.global_step, state.max_steps
        said = [f"step {step} of {of}"]
        if self.loss is not None:
            said.append(f"loss {self.loss:.2f}")
        said += found
        done = step - self._began_with
        if done > 0 and step < of:
            left_s = (time.monotonic() - self._began_at) / done * (of - step)
            said.append(f"about {_spoken(left_s)} left")
        self._say(", ".join(said))


def _spoken(seconds: float) -> str:
    if seconds < 90:
        return f"{max(round(seconds), 1)} s"
    if seconds < 90 * 60:
        return f"{round(seconds / 60)} min"
    return f"{seconds / 3600:.1f} h"
