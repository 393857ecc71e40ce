"""What the model takes of windows: the faces of one, and several windows at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from stages.model.layout import Span
from stages.model.neighbourhoods import Indices, Times
from stages.rows import Row

Turn = tuple[int, Span]
"""The track of the face that speaks, and when."""

# Seconds between the clocks of two windows of a batch: farther than any face can be seen.
_APART_S = 1e6


@dataclass(frozen=True)
class Faces:
    """The face crops of one window, in order of track, then time.

    Attributes:
        crops: [C, S, S, 3] uint8 RGB, aligned.
        times_s: [C] seconds, on the clock of the global frames.
        track_ids: [C].
        turns: who speaks when, as far as that is known, on the same clock.
    """

    crops: torch.Tensor
    times_s: Times
    track_ids: Indices
    turns: Sequence[Turn] = ()


@dataclass(frozen=True)
class WindowBatch:
    """W windows, one behind the other in each tensor.

    Attributes:
        frames: [F, S, S, 3] uint8 RGB, the global frames of all windows.
        timestamp_ids, timestamp_mask: [F, L] int64, of `stages.model.timestamps`.
        frame_times_s: W times [T] of seconds, each on the clock of its window's faces.
        crops: [C, S, S, 3] uint8 RGB, in order of window, then track, then time.
        crop_times_s, crop_track_ids: W times [C_w].
        spans_s: of each window, start and end of its utterances, seconds.
        turns: of each window, which faces speak when.
    """

    frames: torch.Tensor
    timestamp_ids: torch.Tensor
    timestamp_mask: torch.Tensor
    frame_times_s: Sequence[Times]
    crops: torch.Tensor
    crop_times_s: Sequence[Times]
    crop_track_ids: Sequence[Indices]
    spans_s: Sequence[Sequence[Span]]
    turns: Sequence[Sequence[Turn]]

    @property
    def frame_counts(self) -> list[int]:
        """T of each window."""
        return [len(times_s) for times_s in self.frame_times_s]

    def apart(self, times_s: Sequence[Times]) -> Times:
        """The times of all windows on one clock, on which no window comes near another."""
        return np.concatenate([own + _APART_S * place for place, own in enumerate(times_s)])

    def faces(self) -> Faces:
        """The faces of all windows, as if of one, with tracks of their own."""
        # A window has fewer tracks than crops.
        many = 1 + max((int(ids.max(initial=0)) for ids in self.crop_track_ids), default=0)
        track_ids = [ids + many * place for place, ids in enumerate(self.crop_track_ids)]
        turns = [
            (track + many * place, (start_s + _APART_S * place, end_s + _APART_S * place))
            for place, own in enumerate(self.turns)
            for track, (start_s, end_s) in own
        ]
        return Faces(self.crops, self.apart(self.crop_times_s), np.concatenate(track_ids), turns)


def turns_of(utterances: Iterable[Mapping[str, Any]]) -> list[Turn]:
    """Which faces speak when, of the utterances of which that is known.

    Args:
        utterances: with `start_s`, `end_s` and, where somebody looked for it, `speaker_track`.
    """
    return [
        (said["speaker_track"], (said["start_s"], said["end_s"]))
        for said in utterances
        if said.get("speaker_track") is not None
    ]


def faces_of(row: Row) -> Faces:
    """The faces of a window, as its row has them."""
    return Faces(
        torch.from_numpy(np.array(row["crops"])),
        np.asarray(row["crop_times_s"], np.float64),
        np.asarray(row["crop_track_ids"], np.int64),
        turns_of(row["utterances"] or []),
    )
