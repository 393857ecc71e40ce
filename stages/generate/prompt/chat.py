"""The chat forms of language models: where turns begin and end, in token ids.

Only this file puts special tokens in. Text is encoded with special tokens split, so that none can
come out of a transcript.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, ClassVar

from stages.faults import SetupError

if TYPE_CHECKING:
    from transformers import BatchEncoding, PreTrainedTokenizerFast

    from stages.model.configuration_microemo import MicroEmoConfig

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

    Raises:
        SetupError: the tokenizer lacks the form's special tokens, or another one ends its answers.
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

    def _special(self, token: str) -> int:
        """The id of a token that must be one token of its own."""
        known = {added.content: at for at, added in self._tokenizer.added_tokens_decoder.items()}
        if token not in known:
            raise SetupError(
                f"the model's tokenizer.json has no token {token}, which its chat form"
                f" '{self.name}' needs; set chat_form in the model's config.json to"
                f" {_listed(FORMS)}"
            )
        return known[token]

    def _ending(self, token: str) -> int:
        """The id of the token that ends an answer, for the form and for the engine alike."""
        if self._tokenizer.eos_token != token:
            raise SetupError(
                f"the model's tokenizer_config.json has eos_token {self._tokenizer.eos_token}, and"
                f" its chat form '{self.name}' ends answers with {token}; set eos_token to it if"
                " the language model does so too, or use a chat version of it"
            )
        return self._special(token)

    def _encoding(self, text: str, **options: bool) -> "BatchEncoding":
        # Not verbose: a text beyond the context is cut here, and needs no notice on the terminal.
        encoding: BatchEncoding = self._tokenizer(
            text, add_special_tokens=False, split_special_tokens=True, verbose=False, **options
        )
        return encoding


class Llama2Chat(Chat):
    """`<s>[INST] <<SYS>> system <</SYS>> request [/INST] answer </s><s>[INST] request [/INST]`.

    As in Meta's reference code and in TimeChat's evaluation.
    """

    name = "llama2"

    def __init__(self, tokenizer: "PreTrainedTokenizerFast") -> None:
        super().__init__(tokenizer)
        self._begin, self._end = self._special("<s>"), self._ending("</s>")

    def _first_turn(self, system: str, request: Sequence[Piece]) -> list[Piece]:
        instructed = f"[INST] <<SYS>>\n{system}\n<</SYS>>\n\n"
        return [self._begin, instructed, *request, " [/INST]"]

    def _next_turn(self, request: str) -> list[Piece]:
        return [self._end, self._begin, f"[INST] {request} [/INST]"]


class ChatMl(Chat):
    """ChatML, as Qwen2.5 writes it: `<|im_start|>role`, a line feed, the text, `<|im_end|>`."""

    name = "chatml"

    def __init__(self, tokenizer: "PreTrainedTokenizerFast") -> None:
        super().__init__(tokenizer)
        self._start, self._end = self._special("<|im_start|>"), self._ending("<|im_end|>")

    def _first_turn(self, system: str, request: Sequence[Piece]) -> list[Piece]:
        told: list[Piece] = [self._start, f"system\n{system}", self._end, "\n"]
        return [*told, *self._user(request)]

    def _next_turn(self, request: str) -> list[Piece]:
        return [self._end, "\n", *self._user([request])]

    def _user(self, request: Sequence[Piece]) -> list[Piece]:
        asked: list[Piece] = [self._start, "user\n", *request, self._end, "\n"]
        return [*asked, self._start, "assistant\n"]


class ChatMlWithoutThinking(ChatMl):
    """ChatML as Qwen3 writes it to have the answer at once: behind an empty `<think>` block.

    The block opens each answer and is left out of what was answered before, as in Qwen3's own
    template. Without it the model would spend the tokens of a description on thinking aloud.
    """

    name = "chatml-no-thinking"

    def __init__(self, tokenizer: "PreTrainedTokenizerFast") -> None:
        super().__init__(tokenizer)
        think, thought = self._special("<think>"), self._special("</think>")
        self.answer_opening = self._written([think, "\n\n", thought, "\n\n"])


FORMS: dict[str, type[Chat]] = {
    form.name: form for form in (Llama2Chat, ChatMl, ChatMlWithoutThinking)
}
_OF_TYPE: dict[str, type[Chat]] = {
    "llama": Llama2Chat,
    "qwen2": ChatMl,
    "qwen3": ChatMlWithoutThinking,
}


def chat_of(shape: "MicroEmoConfig", tokenizer: "PreTrainedTokenizerFast") -> Chat:
    """The chat form of a model: `chat_form` of its config.json, else by its `text_config`'s type.

    Raises:
        SetupError: `chat_form` is none of `FORMS`, it is not there and the type of language model
            does not say, or the tokenizer does not go with the form.
    """
    written = getattr(shape, "chat_form", None)
    kind = shape.text_config.model_type
    form = _OF_TYPE.get(kind) if written is None else FORMS.get(str(written))
    if form is None:
        fault = (
            f"has no chat_form, and text_config is of type '{kind}', which has none of its own"
            if written is None
            else f"has chat_form '{written}', which is not known"
        )
        raise SetupError(f"the model's config.json {fault}; set it to {_listed(FORMS)}")
    return form(tokenizer)


def _listed(names: Iterable[str]) -> str:
    *others, last = sorted(names)
    return f"{', '.join(others)} or {last}"


def _joined(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """The pieces with neighbouring texts as one, so that they are tokenised as one."""
    for is_text, group in groupby(pieces, key=lambda piece: isinstance(piece, str)):
        if is_text:
            yield "".join(piece for piece in group if isinstance(piece, str))
        else:
            yield from group
