"""The local branch: what a face usually looks like, and what of it is where. Ours.

The paper's text on its local features is not available; this is built for what they must show. A
micro-expression is small: beside what makes one face unlike another it is nothing. So a crop is not
read as it is, but as how far each part of the face is from where it usually is in the window, by
optical flow (`stages.model.displacement`), beside what the face usually looks like.

Crops are aligned, so a place in one is the same part of a face in all: what is seen is read by
weights of their own for each place, which learn from far fewer faces than attention over places.
"""

# mypy: disable-error-code="no-untyped-call"

import numpy as np
import torch
from torch import nn

from stages.model.configuration_microemo import MicroEmoLocalConfig
from stages.model.displacement import CELL, CHANNELS, brightness, displacement
from stages.model.neighbourhoods import Indices, nearest_of_track
from stages.model.windows import Faces

# Crops whose flow is computed at one time: their pictures stay near a cache.
CROPS_AT_A_TIME = 64
CROPS_AT_A_TIME_ON_GPU = 1024  # else it would wait for one small product after another
# Pixel values are brought from 0..255 to -1..1.
HALF_RANGE = 127.5
# Seconds from a crop to those that it is read with: a micro-expression with its onset and offset.
BESIDE_S = (-0.4, -0.3, -0.2, -0.1, 0.0, 0.1, 0.2, 0.3, 0.4)
_NEAR_S = 0.05  # from where one is wanted
# Crops of a track, evenly of all, of which the usual look is the median.
CROPS_OF_USUAL = 24


def squares(pixels: torch.Tensor, side: int) -> torch.Tensor:
    """[C, S, S, c] cut into squares of `side` pixels, row by row: [C, (S / side)^2, side^2 * c].

    With a linear layer behind it this is a convolution whose stride is its size, several times as
    fast on a CPU.
    """
    crops, height, width, channels = pixels.shape
    rows, columns = height // side, width // side
    cut = pixels.view(crops, rows, side, columns, side, channels).transpose(2, 3)
    return cut.reshape(crops, rows * columns, side * side * channels)


def usual_crops(crops: torch.Tensor, crop_track_ids: Indices) -> tuple[torch.Tensor, Indices]:
    """What the face of each track usually looks like, pixel by pixel.

    The median, which no expression changes that lasts less than half the time.

    Args:
        crops: [C, S, S, 3] uint8, the crops of a track side by side.
        crop_track_ids: [C].

    Returns:
        [N, S, S, 3] uint8, and the place [C] of each crop's face among the N.
    """
    begins = np.flatnonzero(np.diff(crop_track_ids, prepend=crop_track_ids[:1] - 1))
    counts = np.diff([*begins, len(crop_track_ids)])
    usual = []
    for begin, count in zip(begins, counts, strict=True):
        shown = begin + np.linspace(0, count - 1, min(count, CROPS_OF_USUAL)).round().astype(int)
        usual.append(crops[torch.from_numpy(shown).to(crops.device)].median(dim=0).values)
    return torch.stack(usual), np.repeat(np.arange(len(begins)), counts)


class LookReader(nn.Module):
    """Reads a face into k tokens, patch by patch, each place by weights of its own."""

    def __init__(self, config: MicroEmoLocalConfig) -> None:
        super().__init__()
        self.side = config.patch_size
        patches = (config.image_size // config.patch_size) ** 2
        self.patches = nn.Linear(3 * config.patch_size**2, config.patch_channels)
        self.tokens = nn.Linear(
            patches * config.patch_channels, config.num_query_tokens * config.hidden_size
        )

    def forward(self, faces: torch.Tensor) -> torch.Tensor:
        """[N, S, S, 3] uint8 to [N, k * d]."""
        pixels = _scaled(squares(faces, self.side)).to(self.patches.weight.dtype)
        read: torch.Tensor = self.tokens(nn.functional.gelu(self.patches(pixels)).flatten(1))
        return read


class DepartureReader(nn.Module):
    """Reads displacements into k tokens, each place by weights of its own; zeros as zeros.

    A crop is read together with those just before and after it. In one picture a micro-expression
    is as small as what grain and compression do; these come and go, and it rises and falls.
    """

    def __init__(self, config: MicroEmoLocalConfig) -> None:
        super().__init__()
        places = CHANNELS * (config.image_size // CELL) ** 2
        self.places = nn.Linear(places, config.place_channels, bias=False)
        self.times = nn.Linear(
            len(BESIDE_S) * config.place_channels, config.departure_channels, bias=False
        )
        self.tokens = nn.Linear(
            config.departure_channels, config.num_query_tokens * config.hidden_size, bias=False
        )
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, moved: torch.Tensor, beside: torch.Tensor) -> torch.Tensor:
        """Read some crops.

        Args:
            moved: [M, channels, G, G] float32.
            beside: [C, len(BESIDE_S)] int64, which of the M are there before, at and after each
                crop that is read; -1 where there is none.

        Returns:
            [C, k * d].
        """
        seen = nn.functional.gelu(self.places(moved.flatten(1).to(self.places.weight.dtype)))
        seen = torch.cat([seen, seen.new_zeros(1, seen.shape[1])])  # what -1 takes: a face at rest
        told = nn.functional.gelu(self.times(self.dropout(seen[beside].flatten(1))))
        read: torch.Tensor = self.tokens(self.dropout(told))
        return read


class LocalEncoder(nn.Module):
    """What a face usually looks like, and how each crop departs from that: k tokens each."""

    def __init__(self, config: MicroEmoLocalConfig) -> None:
        super().__init__()
        self.image_size = config.image_size
        self.shape = (config.num_query_tokens, config.hidden_size)
        self.appearance = LookReader(config)
        self.departure = DepartureReader(config)

    def forward(self, faces: Faces) -> tuple[torch.Tensor, torch.Tensor]:
        """The local features of the crops of one window.

        Args:
            faces: with at least one crop.

        Returns:
            appearance [C, k, d], the same for all crops of a track; and departure [C, k, d], zero
            where a face looks as it usually does, there and as far as `BESIDE_S` before and after.

        Raises:
            ValueError: the crops are of another size.
        """
        expected = (self.image_size, self.image_size, 3)
        if tuple(faces.crops.shape[1:]) != expected:
            raise ValueError(
                f"crops are {tuple(faces.crops.shape[1:])}; the model takes {expected}"
            )
        usual, places = _usual_of(faces)
        appearance = self.appearance(usual)[places]
        moved = _departures(faces.crops, usual, places)
        departure = self.departure(moved, crops_beside(faces).to(moved.device))
        return appearance.unflatten(1, self.shape), departure.unflatten(1, self.shape)


def crops_beside(faces: Faces) -> torch.Tensor:
    """The crops of its track `BESIDE_S` from each, [C, len(BESIDE_S)]; -1 where none is near."""
    near = nearest_of_track(faces.times_s, faces.track_ids, BESIDE_S, within_s=_NEAR_S)
    return torch.from_numpy(near)


def departures(faces: Faces) -> torch.Tensor:
    """How far each part of each crop is from where it usually is: what `DepartureReader` reads.

    No weights have a part in it.

    Args:
        faces: with at least one crop.

    Returns:
        [C, channels, G, G] float32, of `stages.model.displacement`.
    """
    return _departures(faces.crops, *_usual_of(faces))


def _usual_of(faces: Faces) -> tuple[torch.Tensor, torch.Tensor]:
    """The usual looks of the faces, and the place of each crop's among them."""
    usual, places = usual_crops(faces.crops, faces.track_ids)
    return usual, torch.from_numpy(places).to(faces.crops.device)


@torch.no_grad()
def _departures(crops: torch.Tensor, usual: torch.Tensor, places: torch.Tensor) -> torch.Tensor:
    """The displacements [C, channels, G, G] of crops from the usual looks of their faces."""
    at_once = CROPS_AT_A_TIME if crops.device.type == "cpu" else CROPS_AT_A_TIME_ON_GPU
    rest = brightness(usual)
    return torch.cat(
        [
            displacement(brightness(some), rest[own])
            for some, own in zip(crops.split(at_once), places.split(at_once), strict=True)
        ]
    )


def _scaled(values: torch.Tensor) -> torch.Tensor:
    return values.to(torch.float32).mul_(1 / HALF_RANGE).sub_(1)
