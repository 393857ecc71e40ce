"""The chat form of the language model: where turns begin and end, in token ids."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from stages.generate.prompt import VISUAL_PLACE

if TYPE_CHECKING:
    from transformers import BatchEncoding, PreTrainedTokenizerFast

_LONGEST_TOKEN = 64  # characters of a token of text in single spaces, generously


@dataclass(frozen=True)
class Conversation:
    """Token ids so far, and the place among them where the visual tokens go in."""

    ids: tuple[int, ...]
    visual_at: int


class Llama2Chat:
    """`<s>[INST] <<SYS>> system <</SYS>> request [/INST] answer </s><s>[INST] request [/INST]`.

    As in Meta's reference code and in TimeChat's evaluation, which also tokenises what stands
    before and after the visual tokens apart. Only this class puts special tokens in: text is
    encoded with special tokens split, so none can come out of a transcript.
    """

    def __init__(self, tokenizer: "PreTrainedTokenizerFast") -> None:
        self._tokenizer = tokenizer
        self._begin = (tokenizer.bos_token_id,)
        self._turn = (tokenizer.eos_token_id, tokenizer.bos_token_id)

    def opened(self, system: str, request: str) -> Conversation:
        """The first turn, up to where the model answers.

        Args:
            request: text that holds `VISUAL_PLACE` exactly once.
        """
        turn = f"[INST] <<SYS>>\n{system}\n<</SYS>>\n\n{request} [/INST]"
        before, after = turn.split(VISUAL_PLACE)
        head = self._begin + self.encoded(before)
        return Conversation(head + self.encoded(after), len(head))

    def continued(
        self, conversation: Conversation, answer: tuple[int, ...], request: str
    ) -> Conversation:
        """The next turn, after the model's `answer` as it generated it, without its end token."""
        return replace(conversation, ids=conversation.ids + answer + self._next_turn(request))

    def turn_cost(self, request: str) -> int:
        """The tokens that `continued` adds beside the answer."""
        return len(self._next_turn(request))

    def _next_turn(self, request: str) -> tuple[int, ...]:
        return self._turn + self.encoded(f"[INST] {request} [/INST]")

    def encoded(self, text: str) -> tuple[int, ...]:
        """The token ids of plain `text`."""
        return tuple(self._encoding(text).input_ids)

    def cut(self, text: str, tokens: int) -> str:
        """The beginning of `text` that takes at most `tokens` tokens; all of it where it fits."""
        if tokens <= 0:
            return ""
        head = text[: tokens * _LONGEST_TOKEN]  # a transcript of megabytes is not tokenised whole
        encoding = self._encoding(head, return_offsets_mapping=True)
        if len(encoding.input_ids) <= tokens:
            return head
        return head[: encoding.offset_mapping[tokens][0]]

    def _encoding(self, text: str, **options: bool) -> "BatchEncoding":
        # Not verbose: a text beyond the context is cut here, and needs no notice on the terminal.
        encoding: BatchEncoding = self._tokenizer(
            text, add_special_tokens=False, split_special_tokens=True, verbose=False, **options
        )
        return encoding
