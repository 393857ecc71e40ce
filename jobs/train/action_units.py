"""Learning to name the action units that move, off each face crop and off what is told of a window.

A side task, in training alone: the heads that name them are no part of the model. What the loss
of the words asks of the local branch comes to it through four networks; this comes straight.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from pipeline.evaluation.events.film import EXPRESSIONS, FaceEvent, Span, TrueFilm, overlap
from stages.model.layout import token_layout
from stages.model.windows import WindowBatch
from stages.rows import Row

if TYPE_CHECKING:
    from stages.model.modeling_microemo import MicroEmo

UNITS = (1, 2, 4, 5, 6, 7, 9, 10, 12, 14, 15, 16, 17, 20, 23, 24, 25, 26)
"""Of the expressions of FACS that tell feelings."""
UNKNOWN = -1.0
"""In the place of a unit of which nobody knows whether it moves."""
_NAME = "unit_naming"
_BESIDE_S = 0.5  # a face often tells a feeling just before or after the words


@dataclass(frozen=True)
class MovingUnits:
    """Which units move, 0 or 1, or `UNKNOWN`.

    Attributes:
        crops: [C, units] on each face crop, at its time.
        utterances: [U, kinds x units] on the face of whoever speaks, in an expression of each kind
            of `EXPRESSIONS`, in or close to the words.
    """

    crops: torch.Tensor
    utterances: torch.Tensor


def moving_units(film: TrueFilm | None, row: Row) -> MovingUnits:
    """Which units move in a window, by the truth of its video.

    Whose face a track shows is known of those who speak.

    Args:
        film: what is true of the video; None where nobody knows.
        row: the window.
    """
    said = row["utterances"] or []
    crops = np.full((len(row["crop_times_s"]), len(UNITS)), UNKNOWN, np.float32)
    spoken = np.full((len(said), len(EXPRESSIONS), len(UNITS)), UNKNOWN, np.float32)
    if film is not None:
        speakers = [_speaker(film, (each["start_s"], each["end_s"])) for each in said]
        times, tracks = np.asarray(row["crop_times_s"]), np.asarray(row["crop_track_ids"])
        for track, person in _faces(said, speakers).items():
            own = np.flatnonzero(tracks == track)
            crops[own] = _at(times[own], _expressions(film, person))
        for place, (each, person) in enumerate(zip(said, speakers, strict=True)):
            near = (each["start_s"] - _BESIDE_S, each["end_s"] + _BESIDE_S)
            spoken[place] = 0
            for event in _expressions(film, person):
                if overlap(event.span_s, near):
                    spoken[place, EXPRESSIONS.index(event.kind), _columns(event)] = 1
    return MovingUnits(torch.from_numpy(crops), torch.from_numpy(spoken).flatten(1))


def _speaker(film: TrueFilm, span_s: Span) -> str | None:
    """Who speaks for the longest time of a span; None where nobody does."""
    shares = [(overlap((told.start_s, told.end_s), span_s), told.person) for told in film.spoken]
    longest, person = max(shares, key=lambda share: share[0], default=(0.0, None))
    return person if longest else None


def _faces(
    said: Sequence[Mapping[str, Any]], speakers: Sequence[str | None]
) -> Mapping[int, str | None]:
    """Whose face each track shows that speaks, by most of its utterances."""
    votes: dict[int, Counter[str | None]] = {}
    for each, person in zip(said, speakers, strict=True):
        if each.get("speaker_track") is not None and person is not None:
            votes.setdefault(each["speaker_track"], Counter())[person] += 1
    return {track: counted.most_common(1)[0][0] for track, counted in votes.items()}


def _expressions(film: TrueFilm, person: str | None) -> list[FaceEvent]:
    return [
        event
        for event in film.events
        if event.kind in EXPRESSIONS and event.in_view and event.person == person
    ]


def _at(times: npt.NDArray[Any], events: Sequence[FaceEvent]) -> npt.NDArray[np.float32]:
    """[C, units]: which move at each time."""
    moving = np.zeros((len(times), len(UNITS)), np.float32)
    for event in events:
        there = (times > event.onset_s) & (times < event.offset_s)
        moving[there.nonzero()[0][:, None], _columns(event)] = 1
    return moving


def _columns(event: FaceEvent) -> list[int]:
    return [UNITS.index(unit) for unit in sorted(event.action_units & set(UNITS))]


class UnitNaming(nn.Module):
    """The heads, and the loss of what they say.

    Args:
        model: whose local branch and video Q-Former are listened to.
    """

    def __init__(self, model: "MicroEmo") -> None:
        super().__init__()
        config = self._config = model.config
        self._departure = model.encoder.local.departure.forward
        local = config.local_config
        self.of_crops = nn.Linear(local.num_query_tokens * local.hidden_size, len(UNITS))
        self.of_utterances = nn.Linear(
            config.num_video_query_tokens * config.text_config.hidden_size,
            len(EXPRESSIONS) * len(UNITS),
        )
        self._departed: torch.Tensor | None = None
        self._pooled: torch.Tensor | None = None
        model.encoder.local.departure.register_forward_hook(self._hear_departure)
        model.pooler.video.projection.register_forward_hook(self._hear_pooled)

    def _hear_departure(self, module: nn.Module, given: Any, gave: torch.Tensor) -> None:
        self._departed = gave

    def _hear_pooled(self, module: nn.Module, given: Any, gave: torch.Tensor) -> None:
        self._pooled = gave

    def alone(
        self, departures: torch.Tensor, beside: torch.Tensor, moving: torch.Tensor
    ) -> torch.Tensor:
        """As `crops_loss`, where nothing but how crops depart is to be read.

        Args:
            departures, beside: as `stages.model.local_encoder.DepartureReader` takes them.
            moving: [C, units].
        """
        return self._crops_loss(self._departure(departures, beside), moving)

    def crops_loss(self, moving: torch.Tensor) -> torch.Tensor:
        """Of what the local branch has just told of crops.

        Args:
            moving: [C, units], of all crops of the batch.
        """
        # Where there is no crop, what was heard last is of another batch.
        if self._departed is None or not len(moving):
            return self.of_crops.bias.sum() * 0
        return self._crops_loss(self._departed, moving)

    def _crops_loss(self, departed: torch.Tensor, moving: torch.Tensor) -> torch.Tensor:
        return _known_loss(self.of_crops(nn.functional.gelu(departed)), moving)

    def utterances_loss(self, windows: WindowBatch, moving: torch.Tensor) -> torch.Tensor:
        """Of the tokens of utterances that have just been pooled.

        Args:
            windows: the batch that has just gone through the model.
            moving: [U, kinds x units], of all utterances of the batch.
        """
        rows, before = [], 0
        for times_s, spans_s in zip(windows.frame_times_s, windows.spans_s, strict=True):
            layout = token_layout(self._config, len(times_s), spans_s)
            rows += [[before + row for row in own] for own in layout.utterances]
            before += layout.count
        if self._pooled is None or not rows or not rows[0]:
            return self.of_utterances.bias.sum() * 0
        told = self._pooled[torch.tensor(rows, device=moving.device)].flatten(1)
        return _known_loss(self.of_utterances(told), moving)


def _known_loss(said: torch.Tensor, moving: torch.Tensor) -> torch.Tensor:
    known = moving != UNKNOWN
    if not known.any():
        return said.sum() * 0
    return nn.functional.binary_cross_entropy_with_logits(said.float()[known], moving[known])


def add_naming(model: "MicroEmo") -> None:
    """Put the heads on a model, as a part of it, so that checkpoints and GPUs know them."""
    model.add_module(_NAME, UnitNaming(model))


def take_naming(model: "MicroEmo") -> None:
    """Take the heads off again, if there are any."""
    if naming_of(model) is not None:
        delattr(model, _NAME)


def naming_of(model: nn.Module) -> UnitNaming | None:
    """The heads of a model, if it has them."""
    found = getattr(model, _NAME, None)
    return found if isinstance(found, UnitNaming) else None
