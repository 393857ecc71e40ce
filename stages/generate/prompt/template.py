"""The chat form a tokenizer brings along: its chat template, as token ids."""

import re
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from stages.faults import SetupError
from stages.generate.prompt.chat import Chat, Piece

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

# What stands for the texts while a template is read; no template holds these signs.
_SYSTEM, _REQUEST, _ANSWER, _NEXT = "⟦system⟧", "⟦request⟧", "⟦answer⟧", "⟦next⟧"
# Some templates tell the model today's date, and a label must not depend on it.
_DATE = date(2024, 7, 26)
_BETWEEN_SYSTEM_AND_REQUEST = "\n\n"


class _Turns(NamedTuple):
    """What a template writes around the texts of a conversation."""

    start: str
    asks: str | None  # between system text and request; None: the request holds the system text
    answers: str  # between request and answer
    opening: str  # behind that, while the answer is awaited
    asks_again: str


class TemplateChat(Chat):
    """The form of the tokenizer's `chat_template`, which transformers renders.

    A model that can think aloud is asked not to (Qwen3's `enable_thinking`). Where a template has
    no place for a system text, or moves it from turn to turn, that text opens the first request.

    Raises:
        SetupError: the template cannot be rendered, or not to a conversation that goes on.
    """

    name = "template"

    def __init__(self, tokenizer: "PreTrainedTokenizerFast") -> None:
        super().__init__(tokenizer)
        turns = _turns(tokenizer)
        before = _BETWEEN_SYSTEM_AND_REQUEST if turns.asks is None else turns.asks
        self._start = _pieces(tokenizer, turns.start)
        self._asks = _pieces(tokenizer, before)
        self._answers = _pieces(tokenizer, turns.answers)
        self._asks_again = _pieces(tokenizer, turns.asks_again)
        self.answer_opening = self._written(_pieces(tokenizer, turns.opening))

    def _first_turn(self, system: str, request: Sequence[Piece]) -> list[Piece]:
        return [*self._start, system, *self._asks, *request, *self._answers]

    def _next_turn(self, request: str) -> list[Piece]:
        return [*self._asks_again, request, *self._answers]


def turn_end(tokenizer: "PreTrainedTokenizerFast") -> int | None:
    """The special token that the tokenizer's chat template writes behind an answer, if any.

    Raises:
        SetupError: as `TemplateChat`.
    """
    if not tokenizer.chat_template:
        return None
    pieces = _pieces(tokenizer, _turns(tokenizer).asks_again)
    return next((piece for piece in pieces if isinstance(piece, int)), None)


def _turns(tokenizer: "PreTrainedTokenizerFast") -> _Turns:
    for has_system in (True, False):
        found = _read(tokenizer, has_system=has_system)
        if found is not None:
            return found
    raise SetupError(
        f"the chat template of the model's tokenizer ({tokenizer.name_or_path}) does not write a"
        " conversation of two questions so that the second goes on from the first; set chat_form"
        " in the model's config.json"
    )


def _read(tokenizer: "PreTrainedTokenizerFast", *, has_system: bool) -> _Turns | None:
    """The turns, None where the template cannot write them so."""
    system = [{"role": "system", "content": _SYSTEM}] if has_system else []
    asked = [*system, {"role": "user", "content": _REQUEST}]
    more = [{"role": "assistant", "content": _ANSWER}, {"role": "user", "content": _NEXT}]
    texts = [_SYSTEM, _REQUEST] if has_system else [_REQUEST]
    first = _around(_rendered(tokenizer, asked), texts)
    second = _around(_rendered(tokenizer, [*asked, *more]), [*texts, _ANSWER, _NEXT])
    if first is None or second is None:
        return None
    before, awaits = first[:-1], first[-1]
    same_before, (answered, again, awaits_again) = second[:-3], second[-3:]
    opening = _opening(awaits, answered)
    if before != same_before or awaits != awaits_again or opening is None:
        return None
    answers = awaits.removesuffix(opening)
    return _Turns(before[0], before[1] if has_system else None, answers, opening, again)


def _rendered(tokenizer: "PreTrainedTokenizerFast", messages: list[dict[str, str]]) -> str:
    """The conversation as text; "" where the template refuses it or cannot."""
    from jinja2.exceptions import TemplateError

    try:
        return str(
            tokenizer.apply_chat_template(
                messages,
                tokenize=False,
                add_generation_prompt=True,
                enable_thinking=False,
                date_string=_DATE.strftime("%d %b %Y"),
                strftime_now=_DATE.strftime,
            )
        )
    except (TemplateError, TypeError, ValueError):
        return ""


def _around(rendered: str, texts: Sequence[str]) -> list[str] | None:
    """What stands before, between and behind the `texts`, each of them found once, in order."""
    parts: list[str] = []
    for text in texts:
        before, found, rendered = rendered.partition(text)
        if not found:
            return None
        parts.append(before)
    return [*parts, rendered] if not any(text in rendered for text in texts) else None


def _opening(awaits: str, answered: str) -> str | None:
    """What stands before an answer only while it is awaited; None if not even the rest is kept."""
    if awaits.startswith(answered):
        return awaits[len(answered) :]
    its_own_space = answered.startswith(awaits) and not answered[len(awaits) :].strip()
    return "" if its_own_space else None


def _pieces(tokenizer: "PreTrainedTokenizerFast", text: str) -> list[Piece]:
    """The text of a template with its special tokens as such.

    As the tokenizer itself does it, the blanks beside a token that takes them in are left out.
    """
    added = tokenizer.added_tokens_decoder.items()
    special = {token.content: (at, token) for at, token in added if token.special}
    alternatives = [
        (r"\s*" if token.lstrip else "") + re.escape(content) + (r"\s*" if token.rstrip else "")
        for content, (_, token) in sorted(special.items(), key=lambda item: -len(item[0]))
    ]
    parts = re.split(f"({'|'.join(alternatives)})", text) if alternatives else [text]
    known = ((part, special.get(part) or special.get(part.strip())) for part in parts if part)
    return [part if found is None else found[0] for part, found in known]
