"""The chat stage: a window and what was measured in it, into the words of a chat model."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from stages.chat.checks import chat_identity, check_chat
from stages.chat.client import ChatClient
from stages.chat.config import ChatConfig
from stages.chat.cost import CHAT_USAGE, Paid, payer_of, usage_of
from stages.chat.event_loop import EventLoop
from stages.chat.given import GIVEN_WARNING, given_label
from stages.chat.interview import Ask, Interview
from stages.chat.offers import ask_what_is_taken
from stages.chat.outcome import emotion
from stages.chat.request import Questioner
from stages.chat.sound import sound_of
from stages.chat.templates import read_prompts
from stages.check import Check
from stages.contract import StageSpec
from stages.faults import DataFault
from stages.identity import Identity
from stages.rows import Row
from stages.section import Sections
from stages.spending import Spending
from stages.stage import Stage

_NO_USAGE = "The chat server does not say how many tokens an answer took."


class ChatStage(Stage):
    """Describes and labels each window and each of its utterances by asking a chat model.

    Each question is a conversation of its own, and an answer goes nowhere but to the row whose
    conversation it ends. What faces and evidence found is sent where these stages ran.
    """

    section = ChatConfig
    spec = StageSpec(
        name="chat",
        reads=(
            "window_id",
            "frames",
            "frame_times_s",
            "start_s",
            "end_s",
            "utterances",
            "warnings",
        ),
        writes=(
            "utterances",
            "description",
            "labels",
            "label_confidence",
            "label_stated",
            "label_agreement",
            "agreement_fast_slow",
            "labels_raw",
            "clues",
            "evidence_coverage",
            "abstained",
            "abstained_reason",
            "model",
            "label_given",
            "chat_usage",
            "warnings",
        ),
        drops=(
            "frames",
            "frame_times_s",
            "crops",
            "crop_times_s",
            "crop_track_ids",
            "face_patches",
        ),
        columns={"label_given": pa.string(), "chat_usage": CHAT_USAGE},
        in_failures=("chat_usage",),
        needs=("identity", "spending"),
    )

    def __init__(
        self,
        config: ChatConfig,
        identity: Identity | None = None,
        spending: Spending | None = None,
    ) -> None:
        """Read the prompts and ask the server what it takes.

        Args:
            config: the section.
            identity: names the prompts on the rows.
            spending: what was spent before, and for which dataset.

        Raises:
            SetupError: the prompts or the package are not there, or the server cannot be asked.
        """
        self._config = config
        self._spending = spending or Spending()
        prompts = read_prompts(config.prompt)
        self._signature = {
            "name": config.model,
            "revision": (identity or chat_identity(config))["prompts"]["revision"],
            "trained": None,
            "engine": "chat",
            "server": config.base_url,
        }
        self._loop = EventLoop()
        self._taken = self._loop.run(ask_what_is_taken(config, config.retries))
        self._client = ChatClient(config, self._spending)
        self._questioner = Questioner(config, prompts, self._taken)
        self._interview = Interview(config, self._taken, self._questioner)

    @classmethod
    def checks(cls, sections: Sections, *, thorough: bool) -> list[Check]:
        """See `Stage.checks`: the prompts, the key, the server; thorough: what it takes."""
        return check_chat(sections[cls.spec.name], thorough=thorough)

    @classmethod
    def identity(cls, sections: Sections) -> Identity:
        """See `Stage.identity`: the prompts."""
        return chat_identity(sections[cls.spec.name])

    @classmethod
    def rows_at_once(cls, sections: Sections) -> int:
        """See `Stage.rows_at_once`."""
        return int(sections[cls.spec.name].windows_at_once)

    def process(self, rows: list[Row]) -> list[Row]:
        """Annotate the windows; see `Stage.process`.

        Raises:
            DataFault: the server gave no answer to a question; says what was paid.
            SetupError: it will give none to any, or `chat.max_cost` is reached.
        """
        return [self._annotated(row) for row in rows]

    def _annotated(self, row: Row) -> Row:
        sound = sound_of(row) if self._taken.sound else None
        given = given_label(row, self._config)
        questions = self._questioner.questions(row, sound, given or "")
        paid: list[Paid] = []
        try:
            told = self._loop.run(self._interview.all_told(questions, self._asker(row, paid)))
        except DataFault as fault:
            columns = {"chat_usage": usage_of(paid, self._config.price)}
            raise DataFault(fault.kind, fault.message, columns) from fault
        window, *spoken = (emotion(one, row) for one in told)
        utterances = [
            {**utterance, **felt}
            for utterance, felt in zip(row["utterances"] or [], spoken, strict=True)
        ]
        return {
            **row,
            **window,
            "utterances": utterances,
            "model": self._signature,
            "label_given": given,
            "chat_usage": usage_of(paid, self._config.price),
            "warnings": self._warnings(row, given, paid),
        }

    def _asker(self, row: Row, paid: list[Paid]) -> Ask:
        """What asks on the account of a row."""
        payer = payer_of(self._spending.dataset, row["window_id"])

        async def ask(asked: dict[str, Any]) -> Paid:
            answered = await self._client.ask(asked, payer)
            paid.append(answered)
            return answered

        return ask

    def _warnings(self, row: Row, given: str | None, paid: Sequence[Paid]) -> list[str]:
        noted = [*(row.get("warnings") or []), *self._taken.doubts]
        noted += [GIVEN_WARNING] if given is not None else []
        noted += [_NO_USAGE] if any(one.reply.usage is None for one in paid) else []
        return list(dict.fromkeys(noted))
