"""The Trainer of transformers over windows: its loss, and its looks at what is held out."""

# mypy: disable-error-code="no-untyped-call"

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from torch.utils.data import Dataset, Sampler
from transformers import Trainer, TrainerCallback, TrainingArguments
from transformers.trainer_callback import PrinterCallback, ProgressCallback

from jobs.train.action_units import naming_of
from jobs.train.collator import MOVING
from jobs.train.config import TrainConfig
from jobs.train.moving_crops import CROPS_OF_A_WINDOW
from jobs.train.zero import zero_of
from stages.model.modeling_microemo import MicroEmo
from stages.model.windows import WindowBatch

CHECKPOINTS = "checkpoints"
_WORKERS = 2  # processes that read windows while the last batch is computed


def training_arguments(config: TrainConfig, out: Path, **options: Any) -> TrainingArguments:
    """What the Trainer is told; make it before the model, or ZeRO-3 cannot share out its weights.

    Args:
        options: of `TrainingArguments`, beside or instead of those that `config` gives.
    """
    learning, check = config.learning, config.check
    asks = config.answers != "none"
    batch = learning.batch_windows * (1 if asks else CROPS_OF_A_WINDOW)
    given: dict[str, Any] = {
        "output_dir": str(out / CHECKPOINTS),
        "max_steps": learning.steps,
        "per_device_train_batch_size": batch,
        "per_device_eval_batch_size": batch,
        "gradient_accumulation_steps": learning.accumulate,
        "learning_rate": learning.rate,
        "lr_scheduler_type": "cosine",
        "warmup_steps": learning.warmup,
        "weight_decay": learning.weight_decay,
        "bf16": learning.precision == "bfloat16",
        "activation_checkpointing": learning.activation_checkpointing,
        "deepspeed": zero_of(learning.deepspeed),
        "eval_strategy": "steps",
        "eval_steps": check.every_steps,
        "save_strategy": "steps",
        "save_steps": check.save_steps,
        "save_total_limit": 2,
        "enable_jit_checkpoint": True,
        "logging_steps": min(25, check.every_steps),
        "report_to": "none",
        "disable_tqdm": True,
        "seed": config.seed,
        "remove_unused_columns": False,
        "label_names": ["labels" if asks else MOVING[0]],
        "prediction_loss_only": True,
        "dataloader_num_workers": _WORKERS if asks else 0,  # crops are in memory
    }
    merged = {**given, **options}
    # Workers that stay have the prompts of windows that they have read before.
    merged["dataloader_persistent_workers"] = merged["dataloader_num_workers"] > 0
    return TrainingArguments(**merged)


class WindowTrainer(Trainer):
    """Learns from conversations about windows.

    Args:
        model: with the parts thawed that learn.
        arguments: of `training_arguments`.
        train, held_out: the windows; or the crops, where the side task is all there is.
        collate: puts them together.
        order: of the windows in each epoch; None: by lot.
        score: annotates held-out windows and says their set average over families, 0..100; None:
            only their loss is looked at.
        naming_weight: of the side task (`jobs.train.action_units`), if the model has it.
        asks: whether there are conversations to learn; else the side task is all there is.
        callbacks: that tell a person how it goes.
    """

    def __init__(
        self,
        model: MicroEmo,
        arguments: TrainingArguments,
        *,
        train: Dataset[Any],
        held_out: Dataset[Any],
        collate: Callable[[Any], Any],
        order: Sampler[int] | None = None,
        score: Callable[[], float] | None = None,
        naming_weight: float = 0.0,
        asks: bool = True,
        callbacks: Sequence[TrainerCallback] = (),
    ) -> None:
        super().__init__(
            model,
            arguments,
            data_collator=collate,
            train_dataset=train,
            eval_dataset=held_out,
            callbacks=list(callbacks),
        )
        for told in (PrinterCallback, ProgressCallback):  # in a form no person reads
            self.remove_callback(told)
        self.model_accepts_loss_kwargs = False  # a batch's loss is the mean over its answers
        self._order = order
        self._score = score
        self._naming_weight = naming_weight
        self._asks = asks

    def _get_train_sampler(self, train_dataset: Any = None) -> Any:
        return super()._get_train_sampler(train_dataset) if self._order is None else self._order

    def compute_loss(
        self,
        model: Any,
        inputs: dict[str, Any],
        return_outputs: bool = False,
        num_items_in_batch: Any = None,
    ) -> Any:
        """The loss of the answers, and in training that of the side task; or that alone."""
        moving = {name: inputs.pop(name, None) for name in MOVING}
        naming = None if self.model is None else naming_of(self.model)
        if naming is not None and not self._asks:
            loss = naming.alone(**inputs, moving=moving[MOVING[0]])
            return (loss, {}) if return_outputs else loss
        outputs = model(**inputs)
        loss = outputs.loss
        if naming is not None and model.training and moving[MOVING[0]] is not None:
            windows = WindowBatch(**inputs["windows"])
            named = naming.crops_loss(moving["moving_on_crops"])
            named = named + naming.utterances_loss(windows, moving["moving_in_utterances"])
            loss = loss + self._naming_weight * named
        return (loss, outputs) if return_outputs else loss

    def evaluate(self, *args: Any, **options: Any) -> dict[str, float]:
        """The loss on what is held out, and `eval_score`: the set average over families."""
        found: dict[str, float] = super().evaluate(*args, **options)
        if self._score is not None and self.is_world_process_zero():
            found["eval_score"] = self._score()
            self.log({"eval_score": found["eval_score"]})
        return found
