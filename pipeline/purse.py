"""What a run may spend over all its processes, of which each knows its own requests alone."""

from collections import Counter
from dataclasses import dataclass, field

from pipeline.config import Config
from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.spending import spending_of
from stages.chat import ChatConfig
from stages.faults import SetupError
from stages.rows import Row
from stages.spending import limit_reached


@dataclass
class Bill:
    """What the answers of a chat model took in this run.

    Attributes:
        counts: by field of `chat_usage`: requests, cached, tokens and cost.
        currency: of the cost; None: no price is known.
    """

    counts: Counter[str] = field(default_factory=Counter)
    currency: str | None = None

    def add(self, usage: Row) -> None:
        """A row's `chat_usage`."""
        told = {name: value for name, value in usage.items() if isinstance(value, int | float)}
        self.counts.update(told)
        self.currency = usage.get("currency") or self.currency


class Purse:
    """Adds up what finished rows have cost, after what stands in the folder.

    Args:
        config: the whole tree; the limit is `chat.max_cost`.
        folder: of the dataset.

    Attributes:
        bill: of this run.

    Raises:
        SetupError: the folder cannot be read.
    """

    def __init__(self, config: Config, folder: DatasetFolder) -> None:
        section = config.sections.get("chat")
        self._chat = section if isinstance(section, ChatConfig) else None
        self._before = 0.0
        self.bill = Bill()
        if self._chat is not None and self._chat.max_cost is not None:
            self._before = spending_of(folder.location).before()

    def pay(self, row: Row) -> None:
        """A row is finished."""
        usage = row.get("chat_usage")
        if usage is not None:
            self.bill.add(usage)

    def require_money(self) -> None:
        """See to it that there is something left to go on with.

        Raises:
            SetupError: the limit is reached.
        """
        if self._chat is None or self._chat.max_cost is None:
            return
        spent = self._before + self.bill.counts["cost"]
        if spent >= self._chat.max_cost:
            raise SetupError(limit_reached(spent, self._chat.max_cost, self._chat.price.currency))
