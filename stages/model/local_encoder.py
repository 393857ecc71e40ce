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
from stages.model.neighbourhoods import Indices

# Crops whose flow is computed at one time: their pictures stay near a cache.
CROPS_AT_A_TIME = 64
CROPS_AT_A_TIME_ON_GPU = 1024  # else it would wait for one small product after another
# Pixel values are brought from 0..255 to -1..1.
HALF_RANGE = 127.5
# Crops of a track, evenly of all, of which the usual look is the median.
CROPS_OF_USUAL = 24
# Hz; from slower than a window of attention to the fastest change that 30 frames a second show.
TIME_FREQUENCIES = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0)


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
    """Reads displacements into k tokens, each place by weights of its own; zeros as zeros."""

    def __init__(self, config: MicroEmoLocalConfig) -> None:
        super().__init__()
        places = CHANNELS * (config.image_size // CELL) ** 2
        self.places = nn.Linear(places, config.departure_channels, bias=False)
        self.tokens = nn.Linear(
            config.departure_channels, config.num_query_tokens * config.hidden_size, bias=False
        )

    def forward(self, moved: torch.Tensor) -> torch.Tensor:
        """[C, channels, G, G] float32 to [C, k * d]."""
        seen = nn.functional.gelu(self.places(moved.flatten(1).to(self.places.weight.dtype)))
        read: torch.Tensor = self.tokens(seen)
        return read


class LocalEncoder(nn.Module):
    """What a face usually looks like, and how each crop departs from that: k tokens each."""

    def __init__(self, config: MicroEmoLocalConfig) -> None:
        super().__init__()
        self.image_size = config.image_size
        self.shape = (config.num_query_tokens, config.hidden_size)
        self.appearance = LookReader(config)
        self.departure = DepartureReader(config)

    def forward(
        self, crops: torch.Tensor, crop_track_ids: Indices
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """The local features of the crops of one window.

        Args:
            crops: [C, S, S, 3] uint8 RGB, aligned, in order of track, then time.
            crop_track_ids: [C].

        Returns:
            appearance [C, k, d], the same for all crops of a track; and departure [C, k, d], zero
            where a crop looks as its face usually does.

        Raises:
            ValueError: the crops are of another size.
        """
        expected = (self.image_size, self.image_size, 3)
        if tuple(crops.shape[1:]) != expected:
            raise ValueError(f"crops are {tuple(crops.shape[1:])}; the model takes {expected}")
        usual, places = usual_crops(crops, crop_track_ids)
        faces = torch.from_numpy(places).to(crops.device)
        appearance = self.appearance(usual)[faces]
        departure = self.departure(_departures(crops, usual, faces))
        return appearance.unflatten(1, self.shape), departure.unflatten(1, self.shape)


@torch.no_grad()
def _departures(crops: torch.Tensor, usual: torch.Tensor, faces: torch.Tensor) -> torch.Tensor:
    """The displacements [C, channels, G, G] of crops from the usual looks of their faces."""
    at_once = CROPS_AT_A_TIME if crops.device.type == "cpu" else CROPS_AT_A_TIME_ON_GPU
    rest = brightness(usual)
    return torch.cat(
        [
            displacement(brightness(some), rest[own])
            for some, own in zip(crops.split(at_once), faces.split(at_once), strict=True)
        ]
    )


def _scaled(values: torch.Tensor) -> torch.Tensor:
    return values.to(torch.float32).mul_(1 / HALF_RANGE).sub_(1)


class TemporalSelfAttention(nn.Module):
    """Self-attention over the face crops of one neighbourhood, each at its time offset."""

    def __init__(self, config: MicroEmoLocalConfig) -> None:
        super().__init__()
        self.offset_embedding = nn.Linear(2 * len(TIME_FREQUENCIES), config.hidden_size)
        self.layers = nn.ModuleList(
            nn.TransformerEncoderLayer(
                config.hidden_size,
                config.num_attention_heads,
                config.intermediate_size,
                dropout=0.0,
                activation="gelu",
                batch_first=True,
                norm_first=True,
            )
            for _ in range(config.num_hidden_layers)
        )

    def forward(
        self, tokens: torch.Tensor, offsets_s: torch.Tensor, absent: torch.Tensor
    ) -> torch.Tensor:
        """Mix the tokens of each neighbourhood.

        Args:
            tokens: [N, M, k, d], M crops of k tokens.
            offsets_s: [N, M] float32, time of the crop less time of the global frame, seconds.
            absent: [N, M] bool, true where there is no crop; at least one is there.

        Returns:
            [N, M * k, d].
        """
        _, _, per_crop, _ = tokens.shape
        placed = tokens + self._offsets(offsets_s, tokens.dtype).unsqueeze(2)
        mixed = placed.flatten(1, 2)
        padding = absent.repeat_interleave(per_crop, dim=1)
        for layer in self.layers:
            mixed = layer(mixed, src_key_padding_mask=padding)
        return mixed

    def _offsets(self, offsets_s: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
        frequencies = torch.tensor(TIME_FREQUENCIES, device=offsets_s.device)
        phase = 2 * torch.pi * offsets_s.unsqueeze(-1) * frequencies
        waves = torch.cat([phase.sin(), phase.cos()], dim=-1).to(dtype)
        embedded: torch.Tensor = self.offset_embedding(waves)
        return embedded
