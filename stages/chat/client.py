"""Asks the server: a bounded number of requests at once, with patience, and each answer once."""

import asyncio
import logging
import os
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from stages.chat.cache import Cache, Entry, key_of
from stages.chat.config import ChatConfig
from stages.chat.cost import Budget, Paid
from stages.chat.reply import Reply, read_reply
from stages.faults import DataFault, ErrorKind, SetupError
from stages.spending import Spending

if TYPE_CHECKING:
    from openai import APIStatusError, AsyncOpenAI

# What a fault of the client says may hold the key, which a server has repeated: no fault of ours is
# raised from one of its, whose text would stand in a trace in Ray's logs.

_CONNECT_S = 20.0
_MOST_SAID = 300  # characters of a server's message
_FAILURES_IN_A_ROW = 50  # of requests, each with all its retries: by then nobody is there
_BROKEN_ANSWERS = 2  # times that an answer which is none is asked for again
_STATUS = re.compile(r"^Error code: \d+ - ")  # which is told before
_HOPELESS = {
    401: "it does not take the key",
    402: "it wants to be paid",
    403: "it does not allow this",
    404: "it does not know the model or the address",
}
_OUT_OF_MONEY = "insufficient_quota"
_FILTERED = "content_filter"
_TOO_LONG = "context_length_exceeded"
REMEDY = "Look at chat.base_url, chat.model and the key, by `microemo doctor`."


def key_from_environment(config: ChatConfig) -> str | None:
    """The key, which stands nowhere but there; None where it is not set.

    Raises:
        SetupError: what is set cannot be a key.
    """
    key = os.environ.get(config.api_key_env, "").strip()
    if not (key.isascii() and key.isprintable()):
        raise SetupError(
            f"chat.api_key_env: the variable {config.api_key_env} holds signs that no key has. "
            "Set it to the key alone."
        )
    return key or None


def open_client(config: ChatConfig, retries: int) -> "AsyncOpenAI":
    """The client of the server's interface, to be used in one event loop.

    Raises:
        SetupError: the package is missing, or keys of the configuration.
    """
    for key in ("base_url", "model"):
        if getattr(config, key) is None:
            raise SetupError(f"chat.{key} is not set. {_SET[key]}")
    try:
        from openai import AsyncOpenAI, Timeout
    except ImportError:
        raise SetupError(
            "chat: the package openai is missing. pip install microemo[chat]"
        ) from None
    for name in ("openai", "httpx", "httpx2", "httpcore", "httpcore2"):  # a line for each request
        logging.getLogger(name).setLevel(logging.WARNING)
    return AsyncOpenAI(
        base_url=config.base_url,
        api_key=key_from_environment(config) or "none",  # some servers want any
        max_retries=retries,
        timeout=Timeout(config.timeout_s, connect=min(_CONNECT_S, config.timeout_s)),
    )


_SET = {
    "base_url": "Name the server: --set chat.base_url=http://localhost:8000/v1",
    "model": "Name the model as the server does: --set chat.model=NAME",
}


class ChatClient:
    """Asks for answers, of the cache first.

    Args:
        config: the section.
        spending: what was spent before.

    Raises:
        SetupError: as `open_client`.
    """

    def __init__(self, config: ChatConfig, spending: Spending) -> None:
        self._config = config
        self._client = open_client(config, config.retries)
        self._cache = Cache(config.cache)
        self._budget = Budget(config, spending)
        self._free = asyncio.Semaphore(config.requests_at_once)
        self._failed_in_a_row = 0

    async def ask(self, body: Mapping[str, Any], payer: str) -> Paid:
        """The answer to a request.

        Args:
            body: of the request.
            payer: see `stages.chat.cost.payer_of`.

        Raises:
            DataFault: SERVER, TIMED_OUT or TOO_LARGE: there is none, after all retries.
            SetupError: there will be none to any request; or the limit of cost is reached.
        """
        key = key_of(str(self._config.base_url), body)
        kept = self._cache.find(key)
        if kept is not None:
            is_own = kept.payer == payer
            if is_own:
                self._budget.count(kept.cost)
            return Paid(kept.reply, not is_own, kept.cost if is_own else 0.0)
        async with self._free:
            await self._budget.admit()
            reply: Reply | None = None
            try:
                reply = await self._answered(body)
                self._failed_in_a_row = 0
            except DataFault as fault:
                self._count_failure(fault)
                raise
            finally:
                usage = None if reply is None else reply.usage
                cost = await self._budget.settle(usage, is_answered=reply is not None)
        self._cache.keep(key, Entry(reply, payer, cost))
        return Paid(reply, is_cached=False, cost=cost)

    def _count_failure(self, fault: DataFault) -> None:
        """One more failure of the server.

        Raises:
            SetupError: there were too many without an answer between them.
        """
        self._failed_in_a_row += fault.kind in (ErrorKind.SERVER, ErrorKind.TIMED_OUT)
        if self._failed_in_a_row >= _FAILURES_IN_A_ROW:
            raise SetupError(
                f"{self._config.base_url}: it has failed {_FAILURES_IN_A_ROW} times in a row "
                f"({fault.message}). What is finished is kept: when it is well again, the same "
                "command goes on from there, with --retry-failed server for what has failed."
            ) from None

    async def close(self) -> None:
        """Let the connections go."""
        await self._client.close()

    async def _answered(self, body: Mapping[str, Any]) -> Reply:
        from openai import APIConnectionError, APIError, APIStatusError, APITimeoutError

        try:
            async with asyncio.timeout(self._config.patience_s):
                return await self._reply(body)
        except (TimeoutError, APITimeoutError):
            raise DataFault(
                ErrorKind.TIMED_OUT,
                f"the server gave no answer within {self._config.timeout_s:g} s, or not within "
                f"{self._config.patience_s:g} s with all retries",
            ) from None
        except APIStatusError as fault:
            return self._refused(fault)
        except APIConnectionError as fault:
            raise DataFault(
                ErrorKind.SERVER, f"the server cannot be reached: {self.told(fault)}"
            ) from None
        except (APIError, ValueError) as fault:
            raise DataFault(
                ErrorKind.SERVER, f"the server's answer cannot be read: {self.told(fault)}"
            ) from None

    async def _reply(self, body: Mapping[str, Any]) -> Reply:
        from openai.types.chat import ChatCompletion

        for is_last in (*[False] * _BROKEN_ANSWERS, True):
            try:
                completion = await self._client.post(
                    "/chat/completions", body=dict(body), cast_to=ChatCompletion
                )
                return self._without_key(read_reply(completion))
            except ValueError:  # no JSON, or one that is no answer: a fault on the way, it may be
                if is_last:
                    raise
        raise AssertionError

    def _refused(self, fault: "APIStatusError") -> Reply:
        """What an error of the server comes to: a refusal of the model, or a fault.

        Raises:
            DataFault, SetupError: as `ask`.
        """
        status, code = fault.status_code, str(fault.code or "")
        said = f"{status}: {self.told(fault)}"
        if status == 400 and code == _FILTERED:
            return Reply("", refusal=self.told(fault), finish=_FILTERED)
        if status in _HOPELESS or code == _OUT_OF_MONEY:
            why = _HOPELESS.get(status, _HOPELESS[402])
            raise SetupError(f"{self._config.base_url}: {why} ({said}). {REMEDY}") from None
        if status == 413 or code == _TOO_LONG or "context length" in str(fault.message):
            raise DataFault(
                ErrorKind.TOO_LARGE,
                f"the server does not take so much at once ({said}); lower chat.frames, "
                "chat.frame_px or chat.max_description_tokens",
            ) from None
        raise DataFault(ErrorKind.SERVER, f"the server answered with an error {said}") from None

    def _without_key(self, reply: Reply) -> Reply:
        """The reply; of a server that says the key again, without it."""
        key = key_from_environment(self._config)
        if key is None or key not in reply.text + reply.refusal:
            return reply
        text, refusal = (said.replace(key, "***") for said in (reply.text, reply.refusal))
        return replace(reply, text=text, refusal=refusal, tokens=None)

    def told(self, fault: Exception) -> str:
        """What a fault says, in a line, and never the key."""
        return said_by(fault, self._config)


def said_by(fault: Exception, config: ChatConfig) -> str:
    """What a fault says, in a line, and never the key, which a server may have repeated."""
    cause = fault.__cause__
    words = str(getattr(fault, "message", "") or fault) or type(fault).__name__
    if cause is not None and str(cause):
        words += f" ({cause})"
    line = _STATUS.sub("", " ".join(words.split()))
    key = key_from_environment(config)
    return (line if key is None else line.replace(key, "***"))[:_MOST_SAID]
