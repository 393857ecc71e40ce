"""What a chat form does: turns written as token ids.

Only chat forms put special tokens in. Text is encoded with special tokens split, so that none can
come out of a transcript.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from transformers import BatchEncoding, PreTrainedTokenizerFast

Ids = tuple[int, ...]
"""Token ids; `visual_id(row)`, always below 0, holds the place of a visual token."""

Piece = str | int | range
"""A part of a turn: text, one special token, or rows of the window's visual tokens."""

_LONGEST_TOKEN = 64  # characters of a token of text in single spaces, generously


def visual_id(row: int) -> int:
    """What stands among token ids for row `row` of a window's visual tokens; its own inverse."""
    return -1 - row


class Chat(ABC):
    """A chat form: turns written as token ids.

    Text on the two sides of visual tokens is tokenised apart, as in TimeChat's evaluation.

    Args:
        tokenizer: the language model's.
    """

    name: ClassVar[str]
    answer_opening: Ids = ()  # what stands at the end of a request and is not kept once answered

    def __init__(self, tokenizer: "PreTrainedTokenizerFast") -> None:
        self._tokenizer = tokenizer

    @abstractmethod
    def _first_turn(self, system: str, request: Sequence[Piece]) -> list[Piece]:
        """From the begin of the conversation to where the model answers."""

    @abstractmethod
    def _next_turn(self, request: str) -> list[Piece]:
        """From the end of an answer to where the model answers again."""

    def opened(self, system: str, request: Sequence[Piece]) -> Ids:
        """The first turn, up to where the model answers."""
        return self._written(self._first_turn(system, request)) + self.answer_opening

    def continued(self, conversation: Ids, answer: Ids, request: str) -> Ids:
        """The next turn, after the model's `answer` as it generated it, without its end token."""
        asked = conversation[: len(conversation) - len(self.answer_opening)]
        return asked + answer + self._written(self._next_turn(request)) + self.answer_opening

    def turn_cost(self, request: str) -> int:
        """The most tokens that `continued` adds beside the answer."""
        return len(self._written(self._next_turn(request))) + len(self.answer_opening)

    def encoded(self, text: str) -> Ids:
        """The token ids of plain `text`."""
        return tuple(self._encoding(text).input_ids)

    def beginning(self, text: str, tokens: int) -> str:
        """The beginning of `text` that takes at most `tokens` tokens; all of it where it fits."""
        if tokens <= 0:
            return ""
        head = text[: tokens * _LONGEST_TOKEN]  # a transcript of megabytes is not tokenised whole
        encoding = self._encoding(head, return_offsets_mapping=True)
        if len(encoding.input_ids) <= tokens:
            return head
        return head[: encoding.offset_mapping[tokens][0]]

    def _written(self, pieces: Sequence[Piece]) -> Ids:
        return tuple(token for part in _joined(pieces) for token in self._tokens(part))

    def _tokens(self, piece: Piece) -> Ids:
        if isinstance(piece, str):
            return self.encoded(piece)
        return (piece,) if isinstance(piece, int) else tuple(visual_id(row) for row in piece)

    def _encoding(self, text: str, **options: bool) -> "BatchEncoding":
        # Not verbose: a text beyond the context is cut here, and needs no notice on the terminal.
        encoding: BatchEncoding = self._tokenizer(
            text, add_special_tokens=False, split_special_tokens=True, verbose=False, **options
        )
        return encoding


def _joined(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """The pieces with neighbouring texts as one, so that they are tokenised as one."""
    for is_text, group in groupby(pieces, key=lambda piece: isinstance(piece, str)):
        if is_text:
            yield "".join(piece for piece in group if isinstance(piece, str))
        else:
            yield from group
