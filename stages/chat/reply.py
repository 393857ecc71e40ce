"""What a server answers, and what is wrong where it does not."""

from codecs import getincrementaldecoder
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

Tokens = tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Usage:
    """What answers took.

    Attributes:
        prompt_tokens: of what was asked.
        completion_tokens: of what was answered.
    """

    prompt_tokens: int = 0
    completion_tokens: int = 0


@dataclass(frozen=True)
class Reply:
    """An answer of the model.

    Attributes:
        text: what it wrote, "" for nothing.
        finish: why it ended, in the server's word; `length` where it was cut off.
        refusal: what the server gives as a refusal, "" for none.
        tokens: the text of each token and its log-probability; None where none are given.
        usage: None where the server does not say.
    """

    text: str
    finish: str = "stop"
    refusal: str = ""
    tokens: Tokens | None = None
    usage: Usage | None = None

    def as_data(self) -> dict[str, Any]:
        """Plain data, for JSON."""
        return asdict(self)

    @classmethod
    def of_data(cls, data: Mapping[str, Any]) -> "Reply":
        """What `as_data` gave.

        Raises:
            ValueError, KeyError, TypeError: it is no such data.
        """
        tokens, usage = data["tokens"], data["usage"]
        reply = cls(
            text=data["text"],
            finish=data["finish"],
            refusal=data["refusal"],
            tokens=None if tokens is None else tuple((str(t), float(p)) for t, p in tokens),
            usage=None
            if usage is None
            else Usage(int(usage["prompt_tokens"]), int(usage["completion_tokens"])),
        )
        if not all(isinstance(it, str) for it in (reply.text, reply.finish, reply.refusal)):
            raise ValueError("a reply is text")
        return reply


def read_reply(completion: Any) -> Reply:
    """The reply in what the client gives.

    Raises:
        ValueError: there is none.
    """
    try:
        return _read(completion)
    except (AttributeError, TypeError) as fault:
        raise ValueError(f"an answer of another form ({fault})") from fault


def _read(completion: Any) -> Reply:
    choices = getattr(completion, "choices", None)
    if not isinstance(choices, list) or not choices or getattr(choices[0], "message", None) is None:
        raise ValueError("an answer without a message")
    choice = choices[0]
    content = choice.message.content
    if content is not None and not isinstance(content, str):
        raise ValueError("an answer that is no text")
    return Reply(
        text=content or "",
        finish=str(choice.finish_reason or "stop"),
        refusal=str(getattr(choice.message, "refusal", None) or ""),
        tokens=_tokens(choice),
        usage=_usage(completion),
    )


def _tokens(choice: Any) -> Tokens | None:
    given = getattr(getattr(choice, "logprobs", None), "content", None)
    if not isinstance(given, list) or not given:
        return None
    logprobs = [float(one.logprob) for one in given]
    return tuple(zip(_pieces(given), logprobs, strict=True))


def _pieces(given: Sequence[Any]) -> list[str]:
    """The text that each token adds: of a character that several spell, all of it by the last."""
    spelt = [getattr(one, "bytes", None) for one in given]
    octets = [bytes(one) for one in spelt if isinstance(one, list)]
    if len(octets) < len(spelt):
        return [str(one.token) for one in given]
    decoder = getincrementaldecoder("utf-8")(errors="replace")
    return [decoder.decode(one) for one in octets]


def _usage(completion: Any) -> Usage | None:
    given = getattr(completion, "usage", None)
    asked, answered = (getattr(given, f"{what}_tokens", None) for what in ("prompt", "completion"))
    if not isinstance(asked, int) or not isinstance(answered, int):
        return None
    return Usage(asked, answered)
