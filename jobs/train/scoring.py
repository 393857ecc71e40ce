"""What a model in training is worth: held-out windows annotated as a run would, and scored."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from jobs.train.collator import Collator
from jobs.train.config import TrainConfig
from jobs.train.examples import Examples
from jobs.train.shown import untimed
from pipeline.evaluation.answers import Answer, Answers
from pipeline.evaluation.groups import Groups, family_groups, own_groups
from pipeline.evaluation.matching import Pair, match
from pipeline.evaluation.readers.run_folder import answers_of_window
from pipeline.evaluation.set_scores import set_overlaps, set_scores
from stages.generate.config import GenerateConfig
from stages.generate.engines.batched import BatchedEngine
from stages.generate.engines.context import context_of
from stages.generate.engines.engine import LanguageModel
from stages.generate.engines.vocabulary import vocabulary as ids_of
from stages.generate.stage import GenerateStage
from stages.model.config import ModelConfig
from stages.model.handover import to_float16
from stages.model.windows import WindowBatch
from stages.rows import Row

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

    from stages.model.modeling_microemo import MicroEmo

_AT_ONCE = 16  # windows; bounds the memory of their pixels
_MOST_LABEL_TOKENS = 24
_PROMPTS_AT_ONCE = 256


@dataclass(frozen=True)
class Score:
    """Of held-out utterances, 0..100.

    Attributes:
        shades: set average over the shades of the project's vocabulary.
        families: the same over its families.
        pairs: every truth with its prediction.
    """

    shades: float
    families: float
    pairs: tuple[Pair, ...]


class Scorer:
    """Annotates windows with the weights as they are now.

    Args:
        folder: holds the model's config.json and tokenizer.
        config: of the training.
    """

    def __init__(
        self,
        model: "MicroEmo",
        tokenizer: "PreTrainedTokenizerFast",
        folder: Path,
        config: TrainConfig,
    ) -> None:
        self._model = model
        self._tokenizer = tokenizer
        self._with_times = "timestamps" not in config.without
        self._collate = Collator(
            tokenizer, model.config.timestamp_length, with_times=self._with_times
        )
        self._place = ModelConfig(path=str(folder))
        self._config = GenerateConfig(
            max_description_tokens=config.max_description_tokens,
            max_label_tokens=_MOST_LABEL_TOKENS,
            evidence_in_prompt="evidence" not in config.without,
            batch_prompts=_PROMPTS_AT_ONCE,
        )

    def annotated(self, examples: Examples, places: Sequence[int]) -> list[Row]:
        """The windows at `places` with descriptions and labels."""
        rows: list[Row] = []
        stage = self._stage()
        was_learning = self._model.training
        self._model.train(False)
        try:
            for start in range(0, len(places), _AT_ONCE):
                some = [examples.row(place) for place in places[start : start + _AT_ONCE]]
                rows += stage.process(self._seen(some))
        finally:
            self._model.train(was_learning)
        return rows

    def score(self, examples: Examples, places: Sequence[int]) -> Score:
        """How the annotations of the windows at `places` compare with their targets."""
        rows = self.annotated(examples, places)
        predictions = [answer for row in rows for answer in answers_of_window(row)]
        truth = [
            answer
            for place in places
            for index, answer in examples.targets[place].items()
            if index is not None
        ]
        pairs = match(_listed(predictions), _listed(truth)).pairs
        return Score(
            set_average(pairs, own_groups()), set_average(pairs, family_groups()), tuple(pairs)
        )

    def _stage(self) -> GenerateStage:
        """The stage over the language model as it is. A new one each time: an engine keeps what it
        computed, and weights have moved since."""
        network = self._model.language_model
        embedding = network.get_input_embeddings()
        engine = BatchedEngine("training", network, embedding, ids_of(network, self._tokenizer))
        context = context_of(network.config.get_text_config())
        opened = LanguageModel(engine, embedding, self._tokenizer, context)
        return GenerateStage(self._config, self._place, open_language_model=lambda *_: opened)

    def _seen(self, rows: Sequence[Row]) -> list[Row]:
        """The rows with their visual tokens."""
        windows = on_device(self._collate.windows(rows), self._model.device)
        with torch.inference_mode():
            tokens = self._model.visual_tokens(WindowBatch(**windows))
        told = rows if self._with_times else list(map(untimed, rows))
        return [
            {**row, "visual_tokens": to_float16(own, "visual tokens")}
            for row, own in zip(told, tokens, strict=True)
        ]


def on_device(windows: dict[str, Any], device: torch.device) -> dict[str, Any]:
    """The tensors of a batch on `device`, the rest as it is."""
    return {
        name: value.to(device) if isinstance(value, torch.Tensor) else value
        for name, value in windows.items()
    }


def set_average(pairs: Sequence[Pair], groups: Groups) -> float:
    """The mean of set accuracy and recall, 0..100."""
    return float(np.asarray(set_scores(set_overlaps(pairs, groups)).average))


def _listed(answers: Iterable[Answer]) -> Answers:
    return Answers("training", "training", tuple(answers))
