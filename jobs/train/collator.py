"""Windows with their conversations, put together as the model takes them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch.nn.utils.rnn import pad_sequence

from jobs.train.action_units import MovingUnits
from jobs.train.conversations import Conversation, visual_row
from jobs.train.rows import TalkRow, talk_rows
from jobs.train.shown import untimed
from stages.model.loss import NO_LABEL
from stages.model.shared_beginning import PADDING
from stages.model.timestamps import timestamp_ids
from stages.model.windows import turns_of
from stages.rows import Row

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast


MOVING = ("moving_on_crops", "moving_in_utterances")
"""What a batch says of the side task, beside the arguments of `MicroEmo.forward`."""


@dataclass(frozen=True)
class Example:
    """A window and the conversations about it.

    Attributes:
        row: of the window, with frames and crops.
        visual_count: its visual tokens.
        conversations: with ids below 0 in the places of visual tokens.
        moving: which action units move; None where they are not to be named.
    """

    row: Row
    visual_count: int
    conversations: Sequence[Conversation]
    moving: MovingUnits | None = None


class Collator:
    """Makes a batch of examples.

    Args:
        tokenizer: gives the ids of timestamp sentences.
        timestamp_length: ids at which such a sentence is cut.
        with_times: whether it says when; else every frame is said to be the first.
        shares: whether what the conversations about a window begin with is read once.
    """

    def __init__(
        self,
        tokenizer: "PreTrainedTokenizerFast",
        timestamp_length: int,
        *,
        with_times: bool = True,
        shares: bool = False,
    ) -> None:
        self._tokenizer = tokenizer
        self._shares = shares
        self._length = timestamp_length
        self._with_times = with_times

    def __call__(self, examples: Sequence[Example]) -> dict[str, Any]:
        """The arguments of `MicroEmo.forward`, and what `MOVING` names where it is known.

        Where nothing is asked about the windows there are only these themselves.
        """
        rows = [
            (before, row)
            for before, example in _behind(examples)
            for row in talk_rows(example.conversations, shares=self._shares)
        ]
        moving = [each.moving for each in examples if each.moving is not None]
        return {
            **(_asked(rows) if rows else {}),
            **(_moving(moving) if moving else {}),
            "windows": self.windows([example.row for example in examples]),
        }

    def windows(self, rows: Sequence[Row]) -> dict[str, Any]:
        """The fields of a `WindowBatch`."""
        told = rows if self._with_times else list(map(untimed, rows))
        told_s = [time - row["start_s"] for row in told for time in row["frame_times_s"]]
        ids, mask = timestamp_ids(self._tokenizer, told_s, self._length)
        return {
            "frames": torch.from_numpy(np.concatenate([row["frames"] for row in rows])),
            "timestamp_ids": ids,
            "timestamp_mask": mask,
            "frame_times_s": [np.asarray(row["frame_times_s"], np.float64) for row in rows],
            "crops": torch.from_numpy(np.concatenate([row["crops"] for row in rows])),
            "crop_times_s": [np.asarray(row["crop_times_s"], np.float64) for row in rows],
            "crop_track_ids": [np.asarray(row["crop_track_ids"], np.int64) for row in rows],
            "spans_s": [
                [(said["start_s"], said["end_s"]) for said in row["utterances"] or []]
                for row in rows
            ],
            "turns": [turns_of(row["utterances"] or []) for row in rows],
        }


def _asked(rows: Sequence[tuple[int, TalkRow]]) -> dict[str, torch.Tensor]:
    return {
        "input_ids": _padded([[max(token, 0) for token in row.ids] for _, row in rows], 0),
        "visual_rows": _padded([_visual_rows(row, before) for before, row in rows], -1),
        "parts": _padded([row.parts for _, row in rows], PADDING),
        "labels": _padded([row.labels for _, row in rows], NO_LABEL),
        "weights": _padded([row.weights for _, row in rows], 0.0),
    }


def _moving(each: Sequence[MovingUnits]) -> dict[str, torch.Tensor]:
    on_crops, in_utterances = MOVING
    return {
        on_crops: torch.cat([own.crops for own in each]),
        in_utterances: torch.cat([own.utterances for own in each]),
    }


def _behind(examples: Sequence[Example]) -> list[tuple[int, Example]]:
    """Each example with the number of visual tokens that stand before its own."""
    counts = np.cumsum([0, *(example.visual_count for example in examples)])
    return list(zip(counts.tolist(), examples, strict=False))


def _visual_rows(row: TalkRow, before: int) -> list[int]:
    own = [visual_row(token) for token in row.ids]
    return [place + before if place >= 0 else place for place in own]


def _padded(values: Sequence[Sequence[float]], filler: float) -> torch.Tensor:
    return pad_sequence([torch.tensor(own) for own in values], True, filler)
