"""The local branch: what a face looks like and how it moves, frame by frame. Ours.

The paper's text on its local features is not available; this is built for what they must show. A
micro-expression is small and lasts 40 to 500 ms, so each crop is seen twice: as it is, and as its
change since the crop before.

How far something moved cannot be read off a change of brightness alone: a step of the same size
makes more of it where the picture is steep (the brightness constancy of Horn & Schunck,
"Determining optical flow", 1981: change = - gradient * movement). So the change is also multiplied
by what the crop looks like there, cell by cell, by learned filters.
"""

# mypy: disable-error-code="no-untyped-call"

import torch
from torch import nn
from torch.utils.checkpoint import checkpoint

from stages.model.configuration_microemo import MicroEmoLocalConfig

# Crops whose float pixels are held at one time: 64 of 112 x 112 are 10 MB, near a cache.
CROPS_AT_A_TIME = 64
CROPS_AT_A_TIME_ON_GPU = 1024  # else it would wait for one small product after another
# Pixel values are brought from 0..255 to -1..1.
HALF_RANGE = 127.5
# A step of a micro-expression changes a pixel by a few of 255 values; this much becomes 1.
CHANGE_RANGE = 16.0
# Pixels, the side of a cell; a patch holds a whole number of them.
CELL = 4
# Hz; from slower than a window of attention to the fastest change that 30 frames a second show.
TIME_FREQUENCIES = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0)


class PatchReader(nn.Module):
    """Reads the patches of a crop into k tokens by learned queries.

    Without biases, and with the place of a patch in the keys only: patches of zeros are read as
    zeros.
    """

    def __init__(self, config: MicroEmoLocalConfig) -> None:
        super().__init__()
        patches = (config.image_size // config.patch_size) ** 2
        self.queries = nn.Parameter(torch.zeros(1, config.num_query_tokens, config.hidden_size))
        self.places = nn.Parameter(torch.zeros(1, patches, config.hidden_size))
        self.attention = nn.MultiheadAttention(
            config.hidden_size, config.num_attention_heads, bias=False, batch_first=True
        )

    def forward(self, patches: torch.Tensor) -> torch.Tensor:
        """[C, P, d] to [C, k, d]."""
        queries = self.queries.expand(len(patches), -1, -1)
        read: torch.Tensor = self.attention(
            queries, patches + self.places, patches, need_weights=False
        )[0]
        return read


def squares(pixels: torch.Tensor, side: int) -> torch.Tensor:
    """[C, S, S, c] cut into squares of `side` pixels, row by row: [C, (S / side)^2, side^2 * c].

    With a linear layer behind it this is a convolution whose stride is its size, several times as
    fast on a CPU.
    """
    crops, height, width, channels = pixels.shape
    rows, columns = height // side, width // side
    cut = pixels.view(crops, rows, side, columns, side, channels).transpose(2, 3)
    return cut.reshape(crops, rows * columns, side * side * channels)


class MotionFilters(nn.Module):
    """The change of a crop, by itself and times what the crop looks like, patch by patch.

    Without biases on the side of the change: where nothing changes there is no motion.
    """

    def __init__(self, config: MicroEmoLocalConfig) -> None:
        super().__init__()
        channels, self.cells = config.motion_channels, config.image_size // CELL
        self.cells_of_patch = config.patch_size // CELL
        self.look = nn.Linear(CELL * CELL * 3, channels)
        self.change = nn.Linear(CELL * CELL * 3, channels, bias=False)
        self.patches = nn.Linear(
            2 * channels * self.cells_of_patch**2, config.hidden_size, bias=False
        )

    def forward(self, looks: torch.Tensor, changes: torch.Tensor) -> torch.Tensor:
        """[C, S, S, 3] twice: in -1..1, and in steps of `CHANGE_RANGE`; to [C, P, d]."""
        changed = self.change(squares(changes, CELL))
        seen = torch.cat([changed, changed * self.look(squares(looks, CELL))], dim=-1)
        grid = seen.unflatten(1, (self.cells, self.cells))
        moved: torch.Tensor = self.patches(squares(grid, self.cells_of_patch))
        return moved


class LocalEncoder(nn.Module):
    """Appearance and motion of each face crop, k tokens each."""

    def __init__(self, config: MicroEmoLocalConfig) -> None:
        super().__init__()
        self.gradient_checkpointing = (
            False  # set by transformers' `activation_checkpointing_enable`
        )
        self.image_size = config.image_size
        self.patch_size = config.patch_size
        self.patch_embedding = nn.Linear(config.patch_size**2 * 3, config.hidden_size)
        self.appearance_norm = nn.LayerNorm(config.hidden_size)
        self.appearance = PatchReader(config)
        self.motion_filters = MotionFilters(config)
        self.motion = PatchReader(config)

    def forward(
        self, crops: torch.Tensor, crop_track_ids: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """The local features of the crops of one window.

        Args:
            crops: [C, S, S, 3] uint8 RGB, aligned, in order of track, then time.
            crop_track_ids: [C] int64.

        Returns:
            appearance [C, k, d], and motion [C, k, d]: the change since the crop before in the
            same track, zero for the first crop of a track and where nothing moves.

        Raises:
            ValueError: the crops are of another size.
        """
        expected = (self.image_size, self.image_size, 3)
        if tuple(crops.shape[1:]) != expected:
            raise ValueError(f"crops are {tuple(crops.shape[1:])}; the model takes {expected}")
        at_once = CROPS_AT_A_TIME if crops.device.type == "cpu" else CROPS_AT_A_TIME_ON_GPU
        begins = torch.ones_like(crop_track_ids, dtype=torch.bool)
        begins[1:] = crop_track_ids[1:] != crop_track_ids[:-1]
        read = [
            self._part(crops[max(start - 1, 0) : start + at_once], part)
            for start, part in zip(
                range(0, len(crops), at_once), begins.split(at_once), strict=True
            )
        ]
        appearance, motion = (torch.cat(kind) for kind in zip(*read, strict=True))
        return appearance, motion

    def _part(self, crops: torch.Tensor, begins: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """As `_read`, where memory is short with the floats of the pixels made again."""
        if not (self.gradient_checkpointing and torch.is_grad_enabled()):
            return self._read(crops, begins)
        read: tuple[torch.Tensor, torch.Tensor] = checkpoint(
            self._read, crops, begins, use_reentrant=False
        )
        return read

    def _read(self, crops: torch.Tensor, begins: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Some crops, with the one before them where there is one; `begins` [c] of a track.

        The change is taken between 8-bit values, where it is exact, and zero where nothing moves:
        between features in 16-bit floats a faint movement would drown in rounding.
        """
        dtype = self.patch_embedding.weight.dtype
        values = crops.to(torch.float32)
        if len(crops) == len(begins):
            values = torch.cat([values[:1], values])
        changes = values.diff(dim=0).mul_(1 / CHANGE_RANGE).to(dtype)
        looks = values[1:].mul_(1 / HALF_RANGE).sub_(1).to(dtype)
        looked = self.appearance_norm(self.patch_embedding(squares(looks, self.patch_size)))
        moved = self.motion_filters(looks, changes).masked_fill(begins[:, None, None], 0)
        return self.appearance(looked), self.motion(moved)


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
