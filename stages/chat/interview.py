"""The conversations about a window: described first and then labelled, or labelled at once."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from stages.chat.answer import Described, read_description, read_labels
from stages.chat.body import DESCRIPTION, body, form, label_options
from stages.chat.config import ChatConfig
from stages.chat.cost import Paid
from stages.chat.outcome import Told
from stages.chat.request import Question, Questioner, seed_of
from stages.chat.taken import Taken
from stages.faults import DataFault

Ask = Callable[[dict[str, Any]], Awaitable[Paid]]
"""Sends the body of a request, and gives the reply."""


class Interview:
    """Leads the conversations.

    Args:
        config: the section.
        taken: what the server takes.
        questioner: writes them.
    """

    def __init__(self, config: ChatConfig, taken: Taken, questioner: Questioner) -> None:
        self._config = config
        self._taken = taken
        self._questioner = questioner

    async def all_told(self, questions: Sequence[Question], ask: Ask) -> list[Told]:
        """What is answered to each of `questions`, in their order.

        Raises:
            DataFault, SetupError: as `ask` does, once all answers have come back.
        """
        told = await asyncio.gather(
            *(self._told(question, ask) for question in questions), return_exceptions=True
        )
        faults = [one for one in told if isinstance(one, BaseException)]
        # What ends the run goes before what is wrong with a row.
        for fault in sorted(faults, key=lambda it: isinstance(it, DataFault)):
            raise fault
        return [one for one in told if not isinstance(one, BaseException)]

    async def _told(self, question: Question, ask: Ask) -> Told:
        if self._config.answers == "slow":
            return await self._slow(question, ask)
        if self._config.answers == "fast":
            return await self._fast(question, ask)
        slow, fast = await asyncio.gather(self._slow(question, ask), self._fast(question, ask))
        return slow.beside(fast)

    async def _slow(self, question: Question, ask: Ask) -> Told:
        """Described first, then labelled."""
        config, structured = self._config, self._taken.structured
        opened = self._questioner.opened(question, "describe")
        options = form(structured, DESCRIPTION)
        answer = await ask(body(config, opened, config.max_description_tokens, **options))
        described = read_description(answer.reply, structured=structured != "text")
        if described.reason is not None:
            return Told.stopped(described, answer.reply)
        followed = self._questioner.followed(opened, answer.reply.text, question)
        return await self._labelled(followed, question, described, ask)

    async def _fast(self, question: Question, ask: Ask) -> Told:
        """Labelled at once."""
        opened = self._questioner.opened(question, "direct")
        return await self._labelled(opened, question, Described(), ask)

    async def _labelled(
        self,
        messages: Sequence[Mapping[str, Any]],
        question: Question,
        described: Described,
        ask: Ask,
    ) -> Told:
        config, options = self._config, label_options(self._taken)
        drawn = [
            {"temperature": config.temperature, "seed": seed_of(question, sample)}
            for sample in range(config.samples)
        ]
        answers = await asyncio.gather(
            *(
                ask(body(config, messages, config.max_label_tokens, **options, **way))
                for way in ({}, *drawn)
            )
        )
        structured = self._taken.structured != "text"
        greedy, *samples = (
            read_labels(answer.reply, config.max_labels, structured=structured)
            for answer in answers
        )
        return Told(described, greedy, tuple(frozenset(sample.labels) for sample in samples))
