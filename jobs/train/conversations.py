"""What a model learns to say of a window: the questions of the generate stage, with the answers.

The prompts are made by the stage's own `Questioner`, so that a model is asked in training what it
will be asked in a run, token by token.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from jobs.train.shown import without_words
from pipeline.evaluation.answers import Answer
from pipeline.evaluation.readers.truth_brief import moved, unheard
from stages.faults import DataFault, ErrorKind
from stages.generate.prompt.chat import Ids, visual_id
from stages.generate.prompt.forms import chat_of
from stages.generate.prompt.question import Question, Questioner
from stages.generate.prompt.request import LABELS_QUESTION
from stages.model.layout import token_layout
from stages.model.loss import NO_LABEL
from stages.question.evidence import measured_kinds, movements
from stages.rows import Row

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

    from stages.model.configuration_microemo import MicroEmoConfig

Targets = Mapping[int | None, Answer]
"""What is true of each utterance of a window, and of the whole window (None)."""

UNCLEAR = "The emotional state is unclear."
"""The list of labels of whom nothing can be told; a run reads it as an abstention."""


@dataclass(frozen=True)
class Conversation:
    """A prompt with its answers.

    Attributes:
        ids: token ids, those of visual tokens below 0 (`visual_id`).
        labels: the ids of the answers and their ends, `NO_LABEL` elsewhere.
        weights: of each label; those of an answer add up to 1, however long it is.
    """

    ids: Ids
    labels: tuple[int, ...]
    weights: tuple[float, ...]


class Conversations:
    """Writes the conversations about windows, with the answers that are right.

    Args:
        config: the model's.
        tokenizer: the language model's.
        context: positions a conversation may take.
        most_answered: tokens of a description; a longer one is cut, and so is not ended.
        with_evidence: whether prompts say what was measured.
        briefly: whether the brief descriptions are learnt, where there are such.

    Brief descriptions tell of the movements that the prompt tells of, and of no others, where faces
    were measured: a small model learns to repeat them long before it learns to weigh them against
    those of a truth, and what it is taught to add to them it makes up. Of a face in which nothing
    can be relied on they tell that alone.

    The model hears nothing. So what brief descriptions say of a voice is learnt where the prompt
    tells that the voice stands out. Of a synthetic set, a feeling is learnt where something of what
    tells it is in the prompt: the movement, the voice or the words. That is known of utterances
    and not asked of a window with several.
    """

    def __init__(
        self,
        config: "MicroEmoConfig",
        tokenizer: "PreTrainedTokenizerFast",
        *,
        context: int,
        most_answered: int,
        with_evidence: bool,
        briefly: bool,
    ) -> None:
        self._briefly = briefly
        self._with_evidence = with_evidence
        self._chat = chat_of(config, tokenizer)
        self._layout = partial(token_layout, config)
        self._most = most_answered
        asked = self._chat.turn_cost(LABELS_QUESTION)
        room = context - asked - 2 * most_answered
        self._questioner = Questioner(
            self._chat,
            self._layout,
            room,
            with_evidence=with_evidence,
            quotes=config.quotes_utterances,
        )

    def of(self, row: Row, targets: Targets) -> list[Conversation]:
        """Those of each target, in the order of the window's questions.

        Args:
            row: a window, as the generate stage takes it but for its visual tokens.
            targets: by the place of an utterance in the window.

        Raises:
            DataFault: TOO_LARGE, the window does not `fit`.
        """
        asked = self._questions(row)
        places: Sequence[int | None] = [None, *range(len(row["utterances"] or []))]
        return [
            conversation
            for place, question in zip(places, asked, strict=True)
            if (answer := self._learnt(row, place, targets)) is not None
            for conversation in self._answered(question, answer)
        ]

    def fit(self, row: Row) -> bool:
        """Whether a run could ask about the window, be it without a transcript.

        Args:
            row: as `of` takes it; of frames the times alone are looked at.
        """
        try:
            self._questions(without_words(row))
        except DataFault as fault:
            if fault.kind is not ErrorKind.TOO_LARGE:
                raise
            return False
        return True

    def _questions(self, row: Row) -> list[Question]:
        spans = [(said["start_s"], said["end_s"]) for said in row["utterances"] or []]
        count = self._layout(len(row["frame_times_s"]), spans).count
        return self._questioner.questions({**row, "visual_tokens": np.zeros((count, 1))})

    def _learnt(self, row: Row, place: int | None, targets: Targets) -> Answer | None:
        """The answer with the description that is learnt; None where none is to be learnt."""
        answer = targets.get(place)
        if answer is None or answer.abstained:
            return answer and self._described(answer, answer.brief)
        is_heard = self._with_evidence and "voice" in measured_kinds(row, place)
        is_measured = self._with_evidence and row.get("micro_events") is not None
        seen = movements(row, place) if is_measured else []
        is_seen = bool(seen) or not is_measured
        if not _is_told(answer, _is_read(row, place), is_heard=is_heard, is_seen=is_seen):
            return None
        told = answer.brief if is_heard or not answer.brief else unheard(answer.brief)
        return self._described(answer, moved(told, seen) if told and is_measured else told)

    def _described(self, answer: Answer, brief: str | None) -> Answer:
        return replace(answer, description=brief) if self._briefly and brief else answer

    def _answered(self, question: Question, answer: Answer) -> list[Conversation]:
        """Both turns in one, as the second goes on from the first; in two where it does not quite:
        where an answer is opened by what is not kept of it later."""
        said = self._cut(answer.description or "")
        followed = question.followed(self._chat, said, LABELS_QUESTION)
        # Labels that nobody gave are not to be taken for a face that tells nothing.
        is_labelled = bool(answer.labels or answer.abstained)
        labels = self._cut(", ".join(answer.labels) or UNCLEAR)
        turns = [self._turn(followed, labels)] if is_labelled else []
        if said:
            turns.insert(0, self._turn(question, said))
        if self._chat.answer_opening or not turns:
            return [_conversation([turn]) for turn in turns]
        return [_conversation(turns)]

    def _turn(self, question: Question, answer: Ids) -> "_Turn":
        asked = question.ids
        answered = self._chat.continued(asked, answer, "")
        end = answered[len(asked) - len(self._chat.answer_opening) + len(answer)]
        is_whole = len(answer) < self._most
        return _Turn((*asked, *answer, end), len(asked), len(asked) + len(answer) + is_whole)

    def _cut(self, text: str) -> Ids:
        return self._chat.encoded(text)[: self._most]


@dataclass(frozen=True)
class _Turn:
    """A conversation up to the end of an answer, and where that answer stands in it."""

    ids: Ids
    start: int
    stop: int


def _is_read(row: Row, place: int | None) -> bool:
    """Whether somebody wrote down what is said in an utterance, or in any of the window (None)."""
    said = row["utterances"] or []
    return any(one["text"] for one in (said if place is None else said[place : place + 1]))


def _is_told(answer: Answer, is_read: bool, *, is_heard: bool, is_seen: bool) -> bool:
    """Whether a model is given something of what tells a feeling, as far as that is known."""
    if answer.facets is None or not answer.facets.tells:
        return True
    given = {"words": is_read, "voice": is_heard}
    return any(given.get(tells, is_seen) for tells in answer.facets.tells)


def _conversation(turns: Sequence[_Turn]) -> Conversation:
    """The last of the turns, with all their answers to learn from."""
    ids = turns[-1].ids
    labels, weights = [NO_LABEL] * len(ids), [0.0] * len(ids)
    for turn in turns:
        learnt = slice(turn.start, turn.stop)
        labels[learnt] = ids[learnt]
        weights[learnt] = [1 / (turn.stop - turn.start)] * (turn.stop - turn.start)
    return Conversation(ids, tuple(labels), tuple(weights))


def visual_row(token: int) -> int:
    """The row of a visual token that stands among ids, -1 for a token of text."""
    return visual_id(token) if token < 0 else -1
