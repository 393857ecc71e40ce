"""What is asked about a window: one conversation for the whole, one for each utterance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from stages.generate.chat import Conversation, Llama2Chat
from stages.generate.prompt import SYSTEM, request, transcript_line
from stages.stage import DataFault, ErrorKind, Row

Tokens = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Question:
    """An opened conversation about a window or one of its utterances, and what it sees."""

    conversation: Conversation
    visual: Tokens  # [V, D_llm] float16
    omitted_lines: int  # transcript lines left out or cut, for want of context

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
            DataFault: the prompt does not fit the context even without a transcript.
        """
        blocks = self._blocks(row)
        utterances = row["utterances"] or []
        lines = [transcript_line(utterance, row["start_s"]) for utterance in utterances]
        asked = [self._question(row, None, lines, np.concatenate(blocks))]
        for index, block in enumerate(self._own_blocks(utterances, blocks)):
            visual = np.concatenate([blocks[0], block])
            asked.append(self._question(row, index, lines, visual))
        return asked

    def _blocks(self, row: Row) -> list[Tokens]:
        """The [K, D_llm] tokens of the window and of each utterance."""
        tokens = row["visual_tokens"]
        if len(tokens) == 0 or len(tokens) % self._queries:
            raise ValueError(f"{len(tokens)} visual tokens are not a multiple of {self._queries}")
        if not np.isfinite(tokens).all():
            raise ValueError("visual tokens are not finite numbers")
        return np.split(tokens, len(tokens) // self._queries)

    def _own_blocks(self, utterances: Sequence[Any], blocks: Sequence[Tokens]) -> list[Tokens]:
        if len(blocks) != len(utterances) + 1:
            raise ValueError(f"{len(blocks)} blocks for {len(utterances)} utterances")
        return list(blocks[1:])

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
        while len(conversation.ids) > room:  # the joints of the lines cost a little more
            del shown[self._by_distance(shown, index)[-1]]
            conversation = opened(shown)
        whole = sum(shown.get(at) == line for at, line in spoken.items())
        return Question(conversation, visual, len(spoken) - whole)

    def _nearest(self, lines: Mapping[int, str], index: int | None, room: int) -> dict[int, str]:
        """The lines that fit `room` tokens, nearest first; the nearest is cut rather than lost."""
        shown: dict[int, str] = {}
        for at in self._by_distance(lines, index):
            fitting = self._chat.cut(lines[at], room)
            if fitting != lines[at] and shown:
                break
            shown[at] = fitting
            room -= len(self._chat.encoded(fitting + "\n"))
        return shown

    @staticmethod
    def _by_distance(lines: Mapping[int, str], index: int | None) -> list[int]:
        """Indices from the nearest to utterance `index` to the farthest; for None, latest first."""
        if index is None:
            return sorted(lines, reverse=True)
        return sorted(lines, key=lambda at: (abs(at - index), at))
