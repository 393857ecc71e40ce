"""What answers cost, and the limit to it."""

import asyncio
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from stages.chat.config import ChatConfig, PriceConfig
from stages.chat.reply import Reply, Usage
from stages.faults import SetupError
from stages.spending import Spending, limit_reached

CHAT_USAGE = pa.struct(
    [
        ("requests", pa.int32()),  # answers that were paid for
        ("cached", pa.int32()),  # answers that were there already
        ("prompt_tokens", pa.int64()),  # of those paid for; null where the server does not say
        ("completion_tokens", pa.int64()),
        ("cost", pa.float64()),  # by chat.price
        ("currency", pa.string()),
    ]
)
"""What a row took."""


@dataclass(frozen=True)
class Paid:
    """A reply, and what it cost the dataset.

    Attributes:
        reply: of the model.
        is_cached: somebody else had paid for it.
        cost: money; 0 where it is cached.
    """

    reply: Reply
    is_cached: bool
    cost: float


def usage_of(paid: Iterable[Paid], price: PriceConfig) -> dict[str, Any]:
    """The `CHAT_USAGE` of a row."""
    all_of_them = list(paid)
    own = [one for one in all_of_them if not one.is_cached]
    told = [one.reply.usage for one in own if one.reply.usage is not None]
    is_told = len(told) == len(own)
    return {
        "requests": len(own),
        "cached": len(all_of_them) - len(own),
        "prompt_tokens": sum(usage.prompt_tokens for usage in told) if is_told else None,
        "completion_tokens": sum(usage.completion_tokens for usage in told) if is_told else None,
        "cost": sum(one.cost for one in own),
        "currency": price.currency if price.is_given else None,
    }


def cost_of(usage: Usage | None, price: PriceConfig) -> float:
    """Money; 0 where the server does not say what an answer took."""
    if usage is None:
        return 0.0
    return (
        usage.prompt_tokens * price.input_per_million
        + usage.completion_tokens * price.output_per_million
    ) / 1e6


def payer_of(dataset: str, window_id: str) -> str:
    """Who pays for an answer: a window of a dataset, by a name that tells nothing of it."""
    return hashlib.sha256(f"{dataset}\0{window_id}".encode(errors="surrogatepass")).hexdigest()[:32]


class Budget:
    """Lets requests go as long as `chat.max_cost` holds; used in one event loop.

    A request goes when the dearest answer so far, for it and for each that is on its way, would
    still fit. Until one has come back, one goes alone.

    Args:
        config: the section.
        spending: what was spent before.
    """

    def __init__(self, config: ChatConfig, spending: Spending) -> None:
        self._config = config
        self._spent = spending.before() if config.max_cost is not None else 0.0
        self._dearest = 0.0
        self._on_their_way = 0
        self._changed = asyncio.Condition()

    async def admit(self) -> None:
        """Wait until a request may go; `settle` must follow.

        Raises:
            SetupError: the limit is reached, and nothing is on its way any more.
        """
        async with self._changed:
            while not self._may_go():
                if not self._on_their_way:
                    currency = self._config.price.currency
                    limit = self._config.max_cost or 0.0
                    raise SetupError(limit_reached(self._spent, limit, currency))
                await self._changed.wait()
            self._on_their_way += 1

    async def settle(self, usage: Usage | None, *, is_answered: bool) -> float:
        """A request has come back: what it cost.

        Raises:
            SetupError: there is a limit, and the server does not say what an answer took.
        """
        cost = cost_of(usage, self._config.price)
        async with self._changed:
            self._on_their_way -= 1
            self._spent += cost
            self._dearest = max(self._dearest, cost)
            self._changed.notify_all()
        if is_answered and usage is None and self._config.max_cost is not None:
            raise SetupError(
                "chat.max_cost: the server does not say how many tokens an answer took (`usage`), "
                "so the limit cannot be held. Set chat.max_cost to null."
            )
        return cost

    def count(self, cost: float) -> None:
        """An answer that this dataset had paid for before, and no row tells of."""
        self._spent += cost

    def _may_go(self) -> bool:
        limit = self._config.max_cost
        if limit is None:
            return True
        if not self._dearest:
            return self._spent < limit and not self._on_their_way
        return self._spent + (self._on_their_way + 1) * self._dearest <= limit
