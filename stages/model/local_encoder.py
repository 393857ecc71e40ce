"""The local branch: what a face looks like and how it departs from its rest, frame by frame. Ours.

The paper's text on its local features is not available; this is built for what they must show. A
micro-expression is small: beside what makes one face unlike another it is nothing. So each crop is
seen twice: as it is, and as its difference from the usual look of the same face in the window.

How far something moved cannot be read off a difference of brightness alone: a movement of the same
size makes more of it where the picture is steep (the brightness constancy of Horn & Schunck,
"Determining optical flow", 1981: change = - gradient * movement). So the difference is also
multiplied by what the crop looks like there, cell by cell, by learned filters.

Crops are aligned, so a place in one is the same part of a face in all: what is seen is read by
weights of their own for each place, which learn from far fewer faces than attention over places.
"""

# mypy: disable-error-code="no-untyped-call"

import numpy as np
import torch
from torch import nn
from torch.utils.checkpoint import checkpoint

from stages.model.configuration_microemo import MicroEmoLocalConfig
from stages.model.neighbourhoods import Indices

# Crops whose float pixels are held at one time: 64 of 112 x 112 are 10 MB, near a cache.
CROPS_AT_A_TIME = 64
CROPS_AT_A_TIME_ON_GPU = 1024  # else it would wait for one small product after another
# Pixel values are brought from 0..255 to -1..1.
HALF_RANGE = 127.5
# A departure is small beside a look; brought near it, what reads it learns as fast.
DEPARTURE_SCALE = 6.0
# Pixels, the side of a cell; a patch holds a whole number of them.
CELL = 8
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


class PlaceReader(nn.Module):
    """Reads the features of all cells of a crop into k tokens, each place by weights of its own.

    Args:
        config: of the local branch.
        channels: features of a cell.
        bias: without it zeros are read as zeros.
    """

    def __init__(self, config: MicroEmoLocalConfig, channels: int, *, bias: bool) -> None:
        super().__init__()
        self.cells = config.image_size // CELL
        self.cells_of_patch = config.patch_size // CELL
        patches = (config.image_size // config.patch_size) ** 2
        read = config.num_query_tokens * config.hidden_size
        self.patches = nn.Linear(channels * self.cells_of_patch**2, config.patch_channels, bias)
        self.tokens = nn.Linear(patches * config.patch_channels, read, bias)
        self.shape = (config.num_query_tokens, config.hidden_size)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """[C, cells, channels] to [C, k, d]."""
        grid = features.unflatten(1, (self.cells, self.cells))
        seen = nn.functional.gelu(self.patches(squares(grid, self.cells_of_patch)))
        read: torch.Tensor = self.tokens(seen.flatten(1)).unflatten(1, self.shape)
        return read


class LocalEncoder(nn.Module):
    """How a face crop looks, and how it departs from what is usual of its face: k tokens each."""

    def __init__(self, config: MicroEmoLocalConfig) -> None:
        super().__init__()
        self.gradient_checkpointing = (
            False  # set by transformers' `activation_checkpointing_enable`
        )
        self.image_size = config.image_size
        pixels, channels = CELL * CELL * 3, config.cell_channels
        self.look = nn.Linear(pixels, channels)
        self.mark = nn.Linear(pixels, channels, bias=False)
        self.appearance = PlaceReader(config, channels, bias=True)
        self.departure = PlaceReader(config, 2 * channels, bias=False)

    def forward(
        self, crops: torch.Tensor, crop_track_ids: Indices
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """The local features of the crops of one window.

        Args:
            crops: [C, S, S, 3] uint8 RGB, aligned, in order of track, then time.
            crop_track_ids: [C].

        Returns:
            appearance [C, k, d], and departure [C, k, d]: from what the face of the track usually
            looks like, zero where it looks just so.

        Raises:
            ValueError: the crops are of another size.
        """
        expected = (self.image_size, self.image_size, 3)
        if tuple(crops.shape[1:]) != expected:
            raise ValueError(f"crops are {tuple(crops.shape[1:])}; the model takes {expected}")
        usual, places = usual_crops(crops, crop_track_ids)
        faces = torch.from_numpy(places).to(crops.device)
        at_once = CROPS_AT_A_TIME if crops.device.type == "cpu" else CROPS_AT_A_TIME_ON_GPU
        read = [
            self._part(crops[start : start + at_once], usual, faces[start : start + at_once])
            for start in range(0, len(crops), at_once)
        ]
        appearance, departure = (torch.cat(kind) for kind in zip(*read, strict=True))
        return appearance, departure

    def _part(
        self, crops: torch.Tensor, usual: torch.Tensor, faces: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """As `_read`, where memory is short with the floats of the pixels made again."""
        if not (self.gradient_checkpointing and torch.is_grad_enabled()):
            return self._read(crops, usual, faces)
        read: tuple[torch.Tensor, torch.Tensor] = checkpoint(
            self._read, crops, usual, faces, use_reentrant=False
        )
        return read

    def _read(
        self, crops: torch.Tensor, usual: torch.Tensor, faces: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        dtype = self.look.weight.dtype
        pixels, rest = _scaled(squares(crops, CELL)), _scaled(squares(usual, CELL))
        looks = self.look(pixels.to(dtype))
        # Between pixels the difference is exact, and zero where there is none: between features in
        # 16-bit floats a faint movement would drown in rounding.
        marks = self.mark((pixels - rest[faces]).mul_(DEPARTURE_SCALE).to(dtype))
        return self.appearance(looks), self.departure(torch.cat([marks, marks * looks], dim=-1))


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
