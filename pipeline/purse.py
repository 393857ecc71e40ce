"""What a run may spend over all its processes, of which each knows its own requests alone."""

from pipeline.config import Config
from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.spending import spending_of
from stages.chat import ChatConfig
from stages.faults import SetupError
from stages.rows import Row
from stages.spending import limit_reached


class Purse:
    """Adds up what finished rows have cost, after what stands in the folder.

    Args:
        config: the whole tree; the limit is `chat.max_cost`.
        folder: of the dataset.

    Raises:
        SetupError: the folder cannot be read.
    """

    def __init__(self, config: Config, folder: DatasetFolder) -> None:
        section = config.sections.get("chat")
        self._chat = section if isinstance(section, ChatConfig) else None
        self._spent = 0.0
        if self._chat is not None and self._chat.max_cost is not None:
            self._spent = spending_of(folder.location).before

    def pay(self, row: Row) -> None:
        """A row is finished."""
        usage = row.get("chat_usage") or {}
        self._spent += usage.get("cost") or 0.0

    def require_money(self) -> None:
        """See to it that there is something left to go on with.

        Raises:
            SetupError: the limit is reached.
        """
        if self._chat is None or self._chat.max_cost is None:
            return
        if self._spent >= self._chat.max_cost:
            raise SetupError(
                limit_reached(self._spent, self._chat.max_cost, self._chat.price.currency)
            )
