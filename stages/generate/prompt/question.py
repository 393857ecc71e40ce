"""What is asked about a window: one conversation for the whole, one for each utterance."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import islice, takewhile
from typing import Any

import numpy as np

from stages.faults import DataFault, ErrorKind
from stages.generate.prompt.chat import Chat, Ids, visual_id
from stages.generate.prompt.request import SYSTEM, TRANSCRIPT_HEADING, request, transcript_line
from stages.model.layout import Span, TokenLayout
from stages.question.evidence import evidence
from stages.rows import Row

Tokens = np.ndarray[Any, Any]

LINES_LEFT_OUT = (
    "The transcript does not fit the language model's context: the lines farthest from what is"
    " asked about were left out of the prompt. The text in this row is whole."
)
EVIDENCE_LEFT_OUT = (
    "What was measured of the face and the voice does not fit the language model's context and was"
    " left out of a prompt. It is whole in this row."
)


@dataclass(frozen=True)
class Prefix:
    """What the conversations about one window begin with."""

    ids: Ids
    visual: Tokens  # [V, D_llm] float16, all of the window's

    @cached_property
    def digest(self) -> str:
        """Equal for equal prefixes alone, of whatever window."""
        seen = [visual_id(place) for place in self.ids if place < 0]
        told = hashlib.blake2b(np.array(self.ids, np.int64).tobytes(), digest_size=16)
        told.update(self.visual[seen].tobytes())
        return told.hexdigest()


@dataclass(frozen=True)
class Question:
    """An opened conversation about a window or one of its utterances."""

    name: str  # of what is asked about; no other question of any run has it
    prefix: Prefix  # one object for all questions about a window
    rest: Ids  # what follows the prefix, never nothing
    warnings: tuple[str, ...] = ()  # what was left out for want of context

    @property
    def ids(self) -> Ids:
        """The whole conversation, with visual tokens in their places."""
        return self.prefix.ids + self.rest

    def followed(self, chat: Chat, answer: Ids, text: str) -> "Question":
        """The same conversation, after `answer`, asked `text`."""
        return replace(self, rest=chat.continued(self.rest, answer, text))


class Questioner:
    """Opens the conversations of a window within the language model's context.

    Args:
        chat: the chat form.
        layout: gives the layout of a window's visual tokens from the number of its global frames
            and the start and end of its utterances.
        room: positions a first prompt may take: the context less the answers and the second turn.
        with_evidence: whether prompts say what was measured, where the row has such columns.
        quotes: whether a question about an utterance quotes its words, where the prompt with all
            of the transcript has room for them.
    """

    def __init__(
        self,
        chat: Chat,
        layout: Callable[[int, Sequence[Span]], TokenLayout],
        room: int,
        *,
        with_evidence: bool = False,
        quotes: bool = False,
    ) -> None:
        self._chat = chat
        self._layout = layout
        self._room = room
        self._with_evidence = with_evidence
        self._quotes = quotes

    def questions(self, row: Row) -> list[Question]:
        """The question about the window, then one about each utterance, in their order.

        The window's prompt sees all visual tokens, [global; u1; ...; uN]; an utterance's sees
        [global; u_i]. The transcript is in every prompt: what was said before and after is
        context. Where it does not fit, the lines farthest from the utterance asked about go, and
        the earliest of a window; the prompts then share only what stands before the transcript.
        What was measured goes where a prompt would not fit with it even without a transcript.

        Raises:
            DataFault: TOO_LARGE, a prompt does not fit even without a transcript.
            ValueError: the visual tokens are not those of this window and model.
        """
        utterances = row["utterances"] or []
        spans = [(spoken["start_s"], spoken["end_s"]) for spoken in utterances]
        layout = self._layout(len(row["frame_times_s"]), spans)
        _require_tokens(row["visual_tokens"], layout)
        lines = [transcript_line(spoken, row["start_s"]) for spoken in utterances]
        opened = [
            self._opened(row, lines, layout, index) for index in (None, *range(len(utterances)))
        ]
        prefix = Prefix(self._shared([ids for ids, _ in opened]), row["visual_tokens"])
        return [
            # The number first: no id, whatever it holds, can be mistaken for another one's.
            Question(f"{number} {row['window_id']}", prefix, ids[len(prefix.ids) :], warnings)
            for number, (ids, warnings) in enumerate(opened)
        ]

    def _shared(self, prompts: Sequence[Ids]) -> Ids:
        """What all prompts begin with; where that is all of one, all but its last request token.

        It is found in the prompts as they stand, so that sharing never changes a token.
        """
        most = min(map(len, prompts)) - len(self._chat.answer_opening) - 1
        alike = takewhile(lambda tokens: len(set(tokens)) == 1, zip(*prompts, strict=False))
        return tuple(tokens[0] for tokens in islice(alike, most))

    def _opened(
        self, row: Row, lines: Sequence[str], layout: TokenLayout, index: int | None
    ) -> tuple[Ids, tuple[str, ...]]:
        """A prompt that fits, and what is to be said of it."""
        measured = evidence(row, index) if self._with_evidence else ""

        def opened(
            shown: Mapping[int, str], measured: str = measured, *, quoted: bool = False
        ) -> Ids:
            spoken = [shown[at] for at in sorted(shown)]
            asked = request(row, spoken, layout, index, measured, quoted=quoted)
            return self._chat.opened(SYSTEM, asked)

        if self._quotes:
            whole = opened({at: line for at, line in enumerate(lines) if line}, quoted=True)
            if len(whole) <= self._room:
                return whole, ()
        if measured and len(opened({})) > self._room:
            ids, warnings = self._filled(partial(opened, measured=""), lines, index)
            return ids, (*warnings, EVIDENCE_LEFT_OUT)
        return self._filled(opened, lines, index)

    def _filled(
        self, opened: Callable[[Mapping[int, str]], Ids], lines: Sequence[str], index: int | None
    ) -> tuple[Ids, tuple[str, ...]]:
        """The prompt that `opened` makes of as much of the transcript as fits."""
        bare = len(opened({}))
        if bare > self._room:
            raise DataFault(
                ErrorKind.TOO_LARGE,
                f"a prompt of {bare} text and visual tokens does not fit the {self._room} that the"
                " language model has room for; lower decode.max_frames or"
                " generate.max_description_tokens",
            )
        spoken = {at: line for at, line in enumerate(lines) if line}
        shown = self._nearest(spoken, index, self._room - bare)
        ids = opened(shown)
        while len(ids) > self._room:  # tokens may fall otherwise where lines are joined
            del shown[_nearest_first(shown, index)[-1]]
            ids = opened(shown)
        return ids, () if shown == spoken else (LINES_LEFT_OUT,)

    def _nearest(self, lines: Mapping[int, str], index: int | None, room: int) -> dict[int, str]:
        """The lines that fit `room` tokens, nearest first; the nearest is cut rather than lost."""
        shown: dict[int, str] = {}
        room -= len(self._chat.encoded(TRANSCRIPT_HEADING))
        for at in _nearest_first(lines, index):
            room -= _JOINT
            fitting = self._chat.beginning(lines[at], room)
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


def _require_tokens(tokens: Tokens, layout: TokenLayout) -> None:
    if len(tokens) != layout.count:
        raise ValueError(f"the window has {len(tokens)} visual tokens, not {layout.count}")
    if not np.isfinite(tokens).all():
        raise ValueError("the visual tokens are not finite numbers")
