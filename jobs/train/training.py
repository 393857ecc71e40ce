"""A training from its data to the model's folder."""

# mypy: disable-error-code="no-untyped-call"

import os
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from transformers.utils import logging

from jobs.train.action_units import add_naming, take_naming
from jobs.train.collator import Collator
from jobs.train.config import TrainConfig
from jobs.train.conversations import Conversations
from jobs.train.data import TrainingData, texts_of
from jobs.train.examples import Examples
from jobs.train.fitting import fitting, too_long
from jobs.train.model import beginning
from jobs.train.moving_crops import MovingCrops
from jobs.train.order import OfLikeLength, about_how_long
from jobs.train.progress import Told
from jobs.train.record import last_checkpoint
from jobs.train.scoring import Score, Scorer
from jobs.train.tellings import tellings
from jobs.train.trainer import WindowTrainer, training_arguments
from jobs.train.vocabulary import CORPUS
from jobs.train.windows import Lesson, Rows
from jobs.train.word_vectors import learn_word_vectors, spoken_sentences
from pipeline.evaluation.events.film import TrueFilm
from stages.faults import SetupError
from stages.generate.engines.attention import sees_all_before
from stages.generate.engines.context import context_of
from stages.model.folder import WEIGHTS

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

    from stages.model.modeling_microemo import MicroEmo

    _Made = tuple[MicroEmo, PreTrainedTokenizerFast, Any, Conversations, Callable[[str], None]]


@dataclass(frozen=True)
class Trained:
    """What came of a training.

    Attributes:
        steps: done, in this run and before.
        is_whole: whether these are all; else it was told to stop, and goes on another time.
        loss: of the last steps; None where none was done in this run.
        held_out_loss, score: at the end; the score 0..100, None where nothing is scored.
        device: where it computed.
        seconds: of this run.
        too_long, too_long_held_out: places of the windows that do not fit the model's context.
    """

    steps: int
    is_whole: bool
    loss: float | None
    held_out_loss: float | None
    score: float | None
    device: str
    seconds: float
    too_long: Sequence[int] = ()
    too_long_held_out: Sequence[int] = ()


def train(
    config: TrainConfig, data: TrainingData, out: Path, say: Callable[[str], None], **options: Any
) -> Trained:
    """Train a model and write it to a folder; what was stopped goes on from its last checkpoint.

    Args:
        config: of the training.
        data: to learn from and to look at.
        out: the folder of the model.
        say: takes the lines that tell how it goes.
        options: of `TrainingArguments`, instead of those that `config` gives.

    Raises:
        SetupError: as `jobs.train.model.beginning`; no window fits the model's context; or nothing
            is asked and no action unit is known.
    """
    began = time.monotonic()
    _quiet()
    # Before the model is made: ZeRO-3 shares out its weights as they come.
    arguments = training_arguments(config, out, use_cpu=not torch.cuda.is_available(), **options)
    torch.set_num_threads(config.threads)
    texts = [*CORPUS.read_text("utf-8").splitlines(), *_vocabulary(data, config)]
    model, tokenizer = beginning(config, texts)
    model.config.trained = _trained(model.config.trained, data.trained)
    checkpoint = last_checkpoint(out)
    if checkpoint is None:
        _learn_words(config, data, model, tokenizer, say)
    conversations = _conversations(config, model, tokenizer)
    long, long_held_out = (
        too_long(lessons, conversations, config) if config.answers != "none" else ()
        for lessons in (data.train, data.held_out)
    )
    data = replace(
        data,
        train=fitting(data.train, long, say),
        held_out=fitting(data.held_out, long_held_out, say),
    )
    if arguments.process_index == 0:  # whoever scores reads them from there
        model.config.save_pretrained(out)
        tokenizer.save_pretrained(out)
    trainer = _trainer(config, data, out, (model, tokenizer, arguments, conversations, say))
    if checkpoint is not None:
        say(f"goes on from step {checkpoint.name.rpartition('-')[2]}")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        trainer.train(resume_from_checkpoint=None if checkpoint is None else str(checkpoint))
        steps = trainer.state.global_step
        is_whole = steps >= config.learning.steps
        found = _last_look(trainer) if is_whole else {}
    if is_whole:
        _write(trainer, model, out)
    return Trained(
        steps,
        is_whole,
        _last(trainer.state.log_history, "loss"),
        found.get("eval_loss"),
        found.get("eval_score"),
        _device_name(arguments.device),
        time.monotonic() - began,
        long,
        long_held_out,
    )


def scored(config: TrainConfig, lessons: Sequence[Lesson], folder: Path) -> Score:
    """What the finished model in `folder` makes of all of the lessons.

    Raises:
        SetupError: the folder holds no whole model.
    """
    _quiet()
    model, tokenizer = beginning(config.model_copy(update={"base": str(folder)}), [])
    conversations = _conversations(config, model, tokenizer)
    lessons = fitting(lessons, too_long(lessons, conversations, config), lambda _: None)
    examples = _examples(config, lessons, model, conversations)
    places = _scored(lessons, len(lessons))
    return Scorer(model, tokenizer, folder, config).score(examples, places)


def _learn_words(
    config: TrainConfig,
    data: TrainingData,
    model: "MicroEmo",
    tokenizer: "PreTrainedTokenizerFast",
    say: Callable[[str], None],
) -> None:
    """The steps before all others, if there are any."""
    steps = config.learning.word_vectors
    sentences = spoken_sentences(data.train) if steps else []
    if sentences:
        vectors = model.language_model.get_input_embeddings()
        loss = learn_word_vectors(vectors, tokenizer, sentences, steps, config.seed)
        say(f"word vectors: {len(sentences):,} sentences, {steps} steps, loss {loss:.2f}")


def _examples(
    config: TrainConfig,
    lessons: Sequence[Lesson],
    model: "MicroEmo",
    conversations: Conversations,
    films: Mapping[str, TrueFilm] | None = None,
) -> Examples:
    return Examples(
        Rows(lessons),
        [lesson.targets for lesson in lessons],
        shape=model.config,
        conversations=conversations,
        config=config,
        films=films or {},
    )


def _conversations(
    config: TrainConfig, model: "MicroEmo", tokenizer: "PreTrainedTokenizerFast"
) -> Conversations:
    return Conversations(
        model.config,
        tokenizer,
        context=context_of(model.language_model.config.get_text_config()),
        most_answered=config.max_description_tokens,
        with_evidence="evidence" not in config.without,
        briefly=config.answers == "brief",
    )


def _last_look(trainer: WindowTrainer) -> dict[str, float]:
    """What is found at the last step: the look that was taken there, or a new one."""
    found: dict[str, float] = {}
    for logged in trainer.state.log_history:
        if logged["step"] == trainer.state.global_step:
            found |= {name: logged[name] for name in logged if name.startswith("eval_")}
    return found if "eval_loss" in found else trainer.evaluate()


def _quiet() -> None:
    """Nothing of the libraries' own output; and a vocabulary that depends on no race of threads."""
    # DeepSpeed, which is imported along, would warn that it has to find this out.
    os.environ.setdefault("DS_ACCELERATOR", "cuda" if torch.cuda.is_available() else "cpu")
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    logging.set_verbosity_error()
    logging.disable_progress_bar()


def _vocabulary(data: TrainingData, config: TrainConfig) -> Sequence[str]:
    return list(texts_of(data.train, briefly=config.answers == "brief"))


def _trained(before: str, now: str) -> str:
    """What the model was trained on, that before this training included."""
    return now if before in {"no", now} else f"{before}; {now}"


def _trainer(
    config: TrainConfig,
    data: TrainingData,
    out: Path,
    made: "_Made",
) -> WindowTrainer:
    model, tokenizer, arguments, conversations, say = made
    sees_faces = "faces" not in config.without
    names_units = config.learning.action_units > 0 and data.has_films and sees_faces
    if names_units:
        torch.manual_seed(config.seed)
        add_naming(model)
    films = data.films if names_units else None

    def examples(lessons: Sequence[Lesson]) -> Examples:
        return _examples(config, lessons, model, conversations, films)

    asks = config.answers != "none"
    if not asks and not names_units:
        raise SetupError(
            "answers=none leaves action units to learn, and nothing here says which move: name a "
            "set of `microemo synthesize` with --labels, set learning.action_units above 0, and "
            "show faces"
        )
    held_out = examples(data.held_out)
    if not asks:
        return _crops_trainer(config, made, examples(data.train), held_out)
    places = _scored(data.held_out, config.check.score_windows)
    scorer = Scorer(model, tokenizer, out, config)
    told = tellings(data.train, config)
    lengths = [about_how_long(lesson.targets) for lesson in told]
    return WindowTrainer(
        model,
        arguments,
        train=examples(told),
        held_out=held_out,
        collate=Collator(
            tokenizer,
            model.config.timestamp_length,
            with_times="timestamps" not in config.without,
            shares=sees_all_before(model.language_model),
        ),
        order=OfLikeLength(lengths, arguments.train_batch_size, config.seed),
        score=partial(_families, scorer, held_out, places) if places else None,
        naming_weight=config.learning.action_units,
        callbacks=[Told(say, scores=bool(places))] if arguments.process_index == 0 else [],
    )


def _crops_trainer(
    config: TrainConfig, made: "_Made", learnt: Examples, held_out: Examples
) -> WindowTrainer:
    """Of the side task alone."""
    model, _, arguments, _, say = made
    say(f"reading the faces of {len(learnt) + len(held_out)} windows")
    side = model.config.local_config.image_size
    return WindowTrainer(
        model,
        arguments,
        train=MovingCrops(learnt, side),
        held_out=MovingCrops(held_out, side),
        collate=lambda batch: batch,  # it comes as one
        naming_weight=config.learning.action_units,
        asks=False,
        callbacks=[Told(say, scores=False)] if arguments.process_index == 0 else [],
    )


def _families(scorer: Scorer, held_out: Examples, places: Sequence[int]) -> float:
    return scorer.score(held_out, places).families


def _scored(lessons: Sequence[Lesson], most: int) -> list[int]:
    """Places of windows to score, evenly among those of which an utterance has labels."""
    places = [
        place
        for place, lesson in enumerate(lessons)
        if any(index is not None for index in lesson.targets)
    ]
    if not places or not most:
        return []
    chosen = np.linspace(0, len(places) - 1, min(most, len(places))).round().astype(int)
    return [places[at] for at in chosen]


def _write(trainer: WindowTrainer, model: "MicroEmo", out: Path) -> None:
    """The weights in float32, whole, whatever shares of them the processes hold."""
    take_naming(model)
    tensors = trainer.accelerator.get_state_dict(trainer.model_wrapped)
    if trainer.is_world_process_zero():
        own = set(model.state_dict())
        weights = {
            name: tensor.float() if tensor.is_floating_point() else tensor
            for name, tensor in tensors.items()
            if name in own
        }
        model.config.dtype = torch.float32
        model.save_pretrained(out, state_dict=weights)
        for file in out.glob(f"{WEIGHTS.partition('.')[0]}*.safetensors"):
            file.chmod(0o644)  # safetensors writes for its owner alone


def _last(history: Sequence[dict[str, float]], name: str) -> float | None:
    return next((logged[name] for logged in reversed(history) if name in logged), None)


def _device_name(device: torch.device) -> str:
    return torch.cuda.get_device_name(device) if device.type == "cuda" else "cpu"
