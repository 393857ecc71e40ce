"""The chat forms that are written out here, and which of all a model's conversations have."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from stages.faults import SetupError
from stages.generate.prompt.chat import Chat, Piece
from stages.generate.prompt.template import TemplateChat

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

    from stages.model.configuration_microemo import MicroEmoConfig


class WrittenChat(Chat):
    """A chat form whose special tokens are known here.

    Raises:
        SetupError: the tokenizer lacks the form's special tokens, or another one ends its answers.
    """

    def _special(self, token: str) -> int:
        """The id of a token that must be one token of its own."""
        known = {added.content: at for at, added in self._tokenizer.added_tokens_decoder.items()}
        if token not in known:
            raise SetupError(
                f"the model's tokenizer.json has no token {token}, which its chat form"
                f" '{self.name}' needs; set chat_form in the model's config.json to"
                f" {_listed()}"
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


class Llama2Chat(WrittenChat):
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


class ChatMl(WrittenChat):
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


FORMS: Mapping[str, type[Chat]] = MappingProxyType(
    {form.name: form for form in (TemplateChat, Llama2Chat, ChatMl, ChatMlWithoutThinking)}
)
_OF_TYPE: Mapping[str, type[Chat]] = MappingProxyType(
    {"llama": Llama2Chat, "qwen2": ChatMl, "qwen3": ChatMlWithoutThinking}
)


def chat_of(shape: "MicroEmoConfig", tokenizer: "PreTrainedTokenizerFast") -> Chat:
    """The chat form of a model.

    It is `chat_form` of its config.json; else the tokenizer's own chat template; else what its
    `text_config`'s type has.

    Raises:
        SetupError: `chat_form` is none of `FORMS`, nothing says the form, or the tokenizer does not
            go with it.
    """
    written = shape.chat_form
    form: type[Chat] | None
    if written is not None:
        form = FORMS.get(written)
        fault = f"has chat_form '{written}', which is not known"
    elif tokenizer.chat_template:
        return TemplateChat(tokenizer)
    else:
        kind = shape.text_config.model_type
        form = _OF_TYPE.get(kind)
        fault = (
            "has no chat_form, the tokenizer no chat template, and text_config is of type"
            f" '{kind}', which has no form of its own"
        )
    if form is None:
        raise SetupError(f"the model's config.json {fault}; set chat_form to {_listed()}")
    return form(tokenizer)


def _listed() -> str:
    *others, last = sorted(FORMS)
    return f"{', '.join(others)} or {last}"
