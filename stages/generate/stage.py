"""The generate stage: the last before the sink, where tokens become words."""

from collections.abc import Sequence
from typing import Any

from stages.generate.batching import answers
from stages.generate.chat import Llama2Chat
from stages.generate.config import GenerateConfig
from stages.generate.engine import Answer, LanguageModel, open_language_model
from stages.generate.outcome import outcome
from stages.generate.prompt import LABELS_QUESTION
from stages.generate.question import Question, Questioner
from stages.generate.splice import splice
from stages.model.config import ModelConfig
from stages.stage import Row, SetupError, Stage, StageSpec


class GenerateStage(Stage):
    """Describes and labels each window and each of its utterances.

    All conversations of the windows in hand are generated together: first every description,
    then every list of labels, each continuing its own conversation.
    """

    spec = StageSpec(
        name="generate",
        reads=("window_id", "visual_tokens", "frame_times_s", "start_s", "utterances", "warnings"),
        writes=(
            "utterances",
            "description",
            "labels",
            "label_confidence",
            "abstained",
            "model",
            "warnings",
        ),
        drops=("visual_tokens", "frame_times_s"),
    )

    def __init__(
        self,
        config: GenerateConfig,
        model: ModelConfig,
        language_model: LanguageModel | None = None,
    ) -> None:
        """Load the language model and start its engine, unless one is given.

        Raises:
            SetupError: the model or its device is not there, or the engine cannot run it.
        """
        from stages.model.loading import model_folder, model_identity, shape_of

        self.batch_rows = config.batch_windows
        self._config = config
        opened = language_model or open_language_model(config, model)
        self._engine = opened.engine
        self._embedding = opened.embedding
        self._tokenizer = opened.tokenizer
        self._identity = {**model_identity(model), "engine": self._engine.name}
        self._chat = Llama2Chat(self._tokenizer)
        self._queries = shape_of(model_folder(model)).num_video_query_tokens
        self._questioner = Questioner(self._chat, self._queries, self._room(opened.context))

    def process(self, rows: list[Row]) -> list[Row]:
        """Annotate the windows; see `Stage.process`.

        Raises:
            DataFault: the prompt about a window does not fit the model's context.
        """
        asked = [self._questioner.questions(row) for row in rows]
        every = [
            (row["window_id"], question)
            for row, questions in zip(rows, asked, strict=True)
            for question in questions
        ]
        outcomes = iter(self._outcomes(every))
        return [
            self._annotated(row, questions, [next(outcomes) for _ in questions])
            for row, questions in zip(rows, asked, strict=True)
        ]

    def _outcomes(self, asked: Sequence[tuple[str, Question]]) -> list[dict[str, Any]]:
        """The outcome of each question, given with the id of its window."""
        clues = self._answers(asked, self._config.max_description_tokens)
        followed = [
            (window_id, question.followed(self._chat, answer.ids, LABELS_QUESTION))
            for (window_id, question), answer in zip(asked, clues, strict=True)
        ]
        listed = self._answers(followed, self._config.max_label_tokens)
        return [
            outcome(first, second, self._tokenizer, self._config.max_labels)
            for first, second in zip(clues, listed, strict=True)
        ]

    def _answers(self, asked: Sequence[tuple[str, Question]], max_new_tokens: int) -> list[Answer]:
        prompts = [
            splice(
                question.conversation,
                question.visual,
                self._embedding,
                prefix_id=window_id,
                shared_visual=self._queries,
            )
            for window_id, question in asked
        ]
        return answers(self._engine, prompts, max_new_tokens, self._config.batch_prompts)

    def _annotated(
        self, row: Row, questions: Sequence[Question], outcomes: Sequence[dict[str, Any]]
    ) -> Row:
        window, *spoken = outcomes
        utterances = [
            {**utterance, **emotion}
            for utterance, emotion in zip(row["utterances"] or [], spoken, strict=True)
        ]
        noted = [warning for question in questions for warning in question.warnings]
        return {
            **row,
            **window,
            "utterances": utterances,
            "model": self._identity,
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
