"""The windows of a training as a map-style data set."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

import torch

from jobs.train.action_units import moving_units
from jobs.train.collator import Example
from jobs.train.conversations import Conversation, Conversations, Targets
from jobs.train.shown import shown, untimed
from pipeline.evaluation.events.film import TrueFilm
from stages.model.layout import token_layout
from stages.rows import Row

if TYPE_CHECKING:
    from jobs.train.config import TrainConfig
    from stages.model.configuration_microemo import MicroEmoConfig


class Examples(torch.utils.data.Dataset[Example]):
    """Windows with what is true of them.

    Args:
        windows: rows with frames and crops, read when they are asked for.
        targets: of each window.
        shape: the model's configuration.
        conversations: writes what is said of a window.
        config: what the model is shown.
        films: what faces do in the videos, by their id, where that is known.
    """

    def __init__(
        self,
        windows: Sequence[Row],
        targets: Sequence[Targets],
        *,
        shape: "MicroEmoConfig",
        conversations: Conversations,
        config: "TrainConfig",
        films: Mapping[str, TrueFilm],
    ) -> None:
        self._windows = windows
        self.targets = targets
        self._layout = partial(token_layout, shape)
        self._conversations = conversations
        self._shown: Callable[[Row], Row] = partial(
            shown, without=config.without, max_frames=config.max_frames
        )
        self._with_times = "timestamps" not in config.without
        self._asks = config.answers != "none"
        self._films = films
        self._told: dict[int, list[Conversation]] = {}

    def __len__(self) -> int:
        return len(self._windows)

    def row(self, place: int) -> Row:
        """A window as the model sees it."""
        return self._shown(self._windows[place])

    def __getitem__(self, place: int) -> Example:
        row = self.row(place)
        if place not in self._told and self._asks:
            self._told[place] = self._asked(row, self.targets[place])
        spans = [(said["start_s"], said["end_s"]) for said in row["utterances"] or []]
        count = self._layout(len(row["frame_times_s"]), spans).count
        film = self._films.get(row["video_id"])
        moving = moving_units(film, row) if self._films else None
        return Example(row, count, self._told.get(place, []), moving)

    def _asked(self, row: Row, targets: Targets) -> list[Conversation]:
        row = row if self._with_times else untimed(row)
        return self._conversations.of(row, targets)
