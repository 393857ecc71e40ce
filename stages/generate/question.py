"""What is asked about a window: one conversation for the whole, one for each utterance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from stages.generate.chat import Conversation, Llama2Chat
from stages.generate.prompt import SYSTEM, TRANSCRIPT_HEADING, request, transcript_line
from stages.stage import DataFault, ErrorKind, Row

Tokens = np.ndarray[Any, Any]

LINES_LEFT_OUT = (
    "The transcript does not fit the language model's context: the lines farthest from what is"
    " asked about were left out of the prompt. The text in this row is whole."
)
TOKENS_LEFT_OUT = (
    "The window has too many utterances for the language model's context: the whole window was"
    " described from its global visual tokens, without those of each utterance."
)


@dataclass(frozen=True)
class Question:
    """An opened conversation about a window or one of its utterances, and what it sees."""

    conversation: Conversation
    visual: Tokens  # [V, D_llm] float16
    warnings: tuple[str, ...] = ()  # what was left out for want of context

    @property
    def length(self) -> int:
        """Positions the prompt takes."""
        return len(self.conversation.ids) + len(self.visual)

    def followed(self, chat: Llama2Chat, answer: tuple[int, ...], text: str) -> "Question":
        """The same conversation, after `answer`, asked `text`."""
        return replace(self, conversation=chat.continued(self.conversation, answer, text))


class Questioner:
    """Opens the conversations of a window within the language model's context.

    Args:
        chat: the chat form.
        queries: visual tokens of the window and of each utterance (K).
        room: positions a first prompt may take: the context less the answers and the second turn.
    """

    def __init__(self, chat: Llama2Chat, queries: int, room: int) -> None:
        self._chat = chat
        self._queries = queries
        self._room = room

    def questions(self, row: Row) -> list[Question]:
        """The question about the window, then one about each utterance, in their order.

        The window's prompt sees all tokens, [global; u1; ...; uN]; an utterance's sees
        [global; u_i]. The transcript is in every prompt: what was said before and after is
        context. Where it does not fit, the lines farthest from the utterance asked about go, and
        the earliest of a window.

        Raises:
            DataFault: TOO_LARGE, a prompt does not fit even without a transcript.
            ValueError: the visual tokens are not those of this window and model.
        """
        whole, *own = self._blocks(row)
        lines = [transcript_line(spoken, row["start_s"]) for spoken in row["utterances"] or []]
        about_window = self._about_window(row, lines, np.concatenate([whole, *own]), whole)
        return [about_window] + [
            self._question(row, index, lines, np.concatenate([whole, block]))
            for index, block in enumerate(own)
        ]

    def _about_window(
        self, row: Row, lines: Sequence[str], all_tokens: Tokens, whole: Tokens
    ) -> Question:
        try:
            return self._question(row, None, lines, all_tokens)
        except DataFault:
            question = self._question(row, None, lines, whole)
        return replace(question, warnings=(TOKENS_LEFT_OUT, *question.warnings))

    def _blocks(self, row: Row) -> list[Tokens]:
        """The [K, D_llm] tokens of the window and of each utterance."""
        tokens = row["visual_tokens"]
        expected = self._queries * (len(row["utterances"] or []) + 1)
        if len(tokens) != expected:
            raise ValueError(f"the window has {len(tokens)} visual tokens, not {expected}")
        if not np.isfinite(tokens).all():
            raise ValueError("the visual tokens are not finite numbers")
        return np.split(tokens, len(tokens) // self._queries)

    def _question(
        self, row: Row, index: int | None, lines: Sequence[str], visual: Tokens
    ) -> Question:
        utterance = None if index is None else row["utterances"][index]

        def opened(shown: Mapping[int, str]) -> Conversation:
            spoken = [shown[at] for at in sorted(shown)]
            text = request(row["frame_times_s"], spoken, utterance, row["start_s"])
            return self._chat.opened(SYSTEM, text)

        room = self._room - len(visual)
        bare = len(opened({}).ids)
        if bare > room:
            raise DataFault(
                ErrorKind.TOO_LARGE,
                f"a prompt of {bare} text and {len(visual)} visual tokens does not fit the"
                f" {self._room} the language model has room for; lower decode.max_frames or"
                " generate.max_description_tokens",
            )
        spoken = {at: line for at, line in enumerate(lines) if line}
        shown = self._nearest(spoken, index, room - bare)
        conversation = opened(shown)
        while len(conversation.ids) > room:  # tokens may fall otherwise where lines are joined
            del shown[_nearest_first(shown, index)[-1]]
            conversation = opened(shown)
        return Question(conversation, visual, () if shown == spoken else (LINES_LEFT_OUT,))

    def _nearest(self, lines: Mapping[int, str], index: int | None, room: int) -> dict[int, str]:
        """The lines that fit `room` tokens, nearest first; the nearest is cut rather than lost."""
        shown: dict[int, str] = {}
        room -= len(self._chat.encoded(TRANSCRIPT_HEADING))
        for at in _nearest_first(lines, index):
            room -= _JOINT
            fitting = self._chat.cut(lines[at], room)
            if not fitting or (shown and fitting != lines[at]):
                break
            shown[at] = fitting
            room -= len(self._chat.encoded(fitting))
        return shown


_JOINT = 2  # tokens: the line feed behind a line, and one for a token split there


def _nearest_first(lines: Mapping[int, str], index: int | None) -> list[int]:
    """From the line of utterance `index` to the farthest; for the window (None), latest first."""
    if index is None:
        return sorted(lines, reverse=True)
    return sorted(lines, key=lambda at: (abs(at - index), at))
