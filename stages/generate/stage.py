"""The generate stage: the last before the sink, where tokens become words."""

from collections.abc import Collection, Sequence
from functools import partial
from typing import Any

from stages.answer.clues import clues, coverage
from stages.check import Check
from stages.contract import StageSpec
from stages.faults import SetupError
from stages.generate.answer.outcome import outcome
from stages.generate.answer.samples import samplings
from stages.generate.checks import check_deepspeed
from stages.generate.config import GenerateConfig
from stages.generate.engines.batching import answers
from stages.generate.engines.engine import Answer, Sampling
from stages.generate.engines.opening import OpenLanguageModel, open_language_model
from stages.generate.prompt.forms import chat_of
from stages.generate.prompt.question import Question, Questioner
from stages.generate.prompt.request import LABELS_QUESTION
from stages.generate.prompt.splice import prompts
from stages.identity import Identity
from stages.model import ModelConfig, model_folder
from stages.model.calibration import read_calibration
from stages.model.layout import token_layout
from stages.question import measured_kinds
from stages.rows import Row
from stages.section import Sections
from stages.stage import Stage

_OF_MODEL = ("name", "revision", "trained")  # of its weights, what a row says


class GenerateStage(Stage):
    """Describes and labels each window and each of its utterances.

    All conversations of the windows in hand are generated together: first every description,
    then every list of labels, each continuing its own conversation. What was measured
    (`micro_events`, `face_events`, the utterances' `voice`) is told of where a stage before has
    measured it; it is not in `reads`, so that a recipe does without.
    """

    section = GenerateConfig
    spec = StageSpec(
        name="generate",
        reads=("window_id", "visual_tokens", "frame_times_s", "start_s", "utterances", "warnings"),
        writes=(
            "utterances",
            "description",
            "labels",
            "label_confidence",
            "label_agreement",
            "labels_raw",
            "clues",
            "evidence_coverage",
            "abstained",
            "abstained_reason",
            "model",
            "warnings",
        ),
        drops=("visual_tokens", "frame_times_s"),
        needs=("model", "identity", "open_language_model"),
    )

    def __init__(
        self,
        config: GenerateConfig,
        model: ModelConfig,
        identity: Identity | None = None,
        open_language_model: OpenLanguageModel = open_language_model,
    ) -> None:
        """Load the language model and start its engine.

        Args:
            config: the section.
            model: the section of the model.
            identity: names the model on the rows.
            open_language_model: opens it; by default in this process.

        Raises:
            SetupError: the model or its device is not there, the engine cannot run it, or its
                calibration.json is broken.
        """
        from stages.model.loading import load_model_config

        self.batch_rows = config.batch_windows
        self._config = config
        opened = open_language_model(config, model)
        self._engine = opened.engine
        self._embedding = opened.embedding
        self._tokenizer = opened.tokenizer
        of_model = (identity or {}).get("model", {})
        named = {name: of_model[name] for name in _OF_MODEL if name in of_model}
        self._signature = {**named, "engine": self._engine.name, "server": None}
        folder = model_folder(model)
        self._calibration = read_calibration(folder)
        shape = load_model_config(folder)
        self._chat = chat_of(shape, self._tokenizer)
        self._questioner = Questioner(
            self._chat,
            partial(token_layout, shape),
            self._room(opened.context),
            with_evidence=config.evidence_in_prompt,
            quotes=shape.quotes_utterances,
        )

    @classmethod
    def checks(cls, sections: Sections, *, thorough: bool) -> list[Check]:
        """See `Stage.checks`: whether DeepSpeed starts."""
        return check_deepspeed(sections[cls.spec.name], thorough=thorough)

    @classmethod
    def ranks(cls, sections: Sections) -> int:
        """See `Stage.ranks`."""
        return int(sections[cls.spec.name].tp_size)

    def process(self, rows: list[Row]) -> list[Row]:
        """Annotate the windows; see `Stage.process`.

        Raises:
            DataFault: the prompt about a window does not fit the model's context.
        """
        asked = [self._questioner.questions(row) for row in rows]
        measured = [
            measured_kinds(row, index)
            for row in rows
            for index in (None, *range(len(row["utterances"] or [])))
        ]
        outcomes = iter(self._outcomes([one for questions in asked for one in questions], measured))
        return [
            self._annotated(row, questions, [next(outcomes) for _ in questions])
            for row, questions in zip(rows, asked, strict=True)
        ]

    def _outcomes(
        self, questions: Sequence[Question], measured: Sequence[Collection[str]]
    ) -> list[dict[str, Any]]:
        described = self._answers(questions, self._config.max_description_tokens)
        followed = [
            question.followed(self._chat, answer.ids, LABELS_QUESTION)
            for question, answer in zip(questions, described, strict=True)
        ]
        return [
            outcome(
                first,
                listed,
                sampled,
                self._tokenizer,
                self._config,
                calibration=self._calibration,
                measured=kinds,
            )
            for first, (listed, *sampled), kinds in zip(
                described, self._lists(followed), measured, strict=True
            )
        ]

    def _lists(self, questions: Sequence[Question]) -> list[list[Answer]]:
        """For each question the greedy list of labels and then the samples."""
        asked: list[tuple[Question, Sampling | None]] = [
            (question, way)
            for question in questions
            for way in (None, *samplings(self._config, question.name))
        ]
        given = iter(
            self._answers(
                [question for question, _ in asked],
                self._config.max_label_tokens,
                [way for _, way in asked],
            )
        )
        return [[next(given) for _ in range(1 + self._config.samples)] for _ in questions]

    def _answers(
        self,
        questions: Sequence[Question],
        max_new_tokens: int,
        ways: Sequence[Sampling | None] | None = None,
    ) -> list[Answer]:
        fed = prompts(questions, self._embedding)
        return answers(self._engine, fed, max_new_tokens, self._config.batch_prompts, ways)

    def _annotated(
        self, row: Row, questions: Sequence[Question], outcomes: Sequence[dict[str, Any]]
    ) -> Row:
        window, *spoken = (
            {**told, "clues": named, "evidence_coverage": coverage(named)}
            for told in outcomes
            for named in [clues(told["description"], row)]
        )
        utterances = [
            {**utterance, **emotion}
            for utterance, emotion in zip(row["utterances"] or [], spoken, strict=True)
        ]
        noted = [warning for question in questions for warning in question.warnings]
        return {
            **row,
            **window,
            "utterances": utterances,
            "model": self._signature,
            "warnings": list(dict.fromkeys([*(row.get("warnings") or []), *noted])),
        }

    def _room(self, context: int) -> int:
        """Positions a first prompt may take, so that both turns and both answers fit."""
        second_turn = self._chat.turn_cost(LABELS_QUESTION)
        answered = self._config.max_description_tokens + self._config.max_label_tokens
        room = context - answered - second_turn
        if room <= 0:
            raise SetupError(
                f"generate.max_description_tokens and generate.max_label_tokens ask for {answered}"
                f" tokens and the language model's context has {context}; lower them"
            )
        return room
