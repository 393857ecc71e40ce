"""The encode stage: pixels in, visual states out."""

# mypy: disable-error-code="no-untyped-call"

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from stages.check import Check
from stages.contract import StageSpec
from stages.encode.config import EncodeConfig
from stages.faults import DataFault, ErrorKind
from stages.model.checks import check_frame_format
from stages.model.config import ModelConfig
from stages.model.handover import to_float16
from stages.rows import Row
from stages.section import Sections
from stages.stage import Stage

if TYPE_CHECKING:
    import torch


class EncodeStage(Stage):
    """Encodes the global frames of a window, each bound to its time, and fuses its faces in.

    The frames of all windows in hand go through the vision model in batches of equal size; the
    faces of each window are fused for themselves.
    """

    section = EncodeConfig
    spec = StageSpec(
        name="encode",
        reads=(
            "frames",
            "frame_times_s",
            "start_s",
            "crops",
            "crop_times_s",
            "crop_track_ids",
            "utterances",
        ),
        writes=("visual_states",),
        drops=("frames", "crops", "crop_times_s", "crop_track_ids", "face_patches"),
        needs=("model",),
    )

    def __init__(self, config: EncodeConfig, model: ModelConfig) -> None:
        """Load the encoder.

        Raises:
            SetupError: the model or its device is not there.
        """
        from stages.model.loading import load_encoder, load_timestamp_tokenizer, model_folder

        self.batch_rows = config.batch_windows
        self._batch_frames = config.batch_frames
        self._encoder = load_encoder(model)
        self._tokenizer = load_timestamp_tokenizer(model_folder(model))

    @classmethod
    def checks(cls, sections: Sections, *, thorough: bool) -> list[Check]:
        """See `Stage.checks`: whether the frames are of the model's format."""
        return check_frame_format(sections["model"], sections.get("decode"))

    def process(self, rows: list[Row]) -> list[Row]:
        """Add visual states to the windows; see `Stage.process`.

        Raises:
            DataFault: a window has no frame.
            ValueError: the frames are not of the model's size.
            FloatingPointError: the states are not finite.
        """
        import torch

        if not all(len(row["frames"]) for row in rows):
            raise DataFault(ErrorKind.NO_FRAMES, "the window has no frame to encode")
        with torch.inference_mode():
            tokens = self._global_tokens(rows)
            states = [self._fused(row, own) for row, own in zip(rows, tokens, strict=True)]
        return [
            {**row, "visual_states": to_float16(state, "visual states")}
            for row, state in zip(rows, states, strict=True)
        ]

    def _global_tokens(self, rows: list[Row]) -> "list[torch.Tensor]":
        """The tokens of the frames of each of the `rows`, [T, K + L, D] with an L of its own.

        All sentences are padded to the longest of all rows and the tokens cut to what the row's
        own would have been padded to: no token looks at what is padded behind it.
        """
        import torch

        from stages.model.timestamps import sentence_length, timestamp_ids

        frames = torch.from_numpy(np.concatenate([row["frames"] for row in rows]))
        times_s = [time - row["start_s"] for row in rows for time in row["frame_times_s"]]
        config = self._encoder.config
        ids, mask = timestamp_ids(self._tokenizer, times_s, config.timestamp_length)
        given = (part.split(self._batch_frames) for part in (frames, ids, mask))
        batches = zip(*given, strict=True)
        device = self._encoder.device
        encoded = [self._encoder.frames(*(part.to(device) for part in batch)) for batch in batches]
        of_each = [len(row["frames"]) for row in rows]
        pairs = zip(torch.cat(encoded).split(of_each), mask.split(of_each), strict=True)
        queries = config.num_query_tokens
        return [tokens[:, : queries + sentence_length(own)] for tokens, own in pairs]

    def _fused(self, row: Row, tokens: "torch.Tensor") -> "torch.Tensor":
        from stages.model.windows import faces_of

        faces = faces_of(row)
        there = replace(faces, crops=faces.crops.to(tokens.device))
        times_s = np.asarray(row["frame_times_s"], np.float64)
        return self._encoder.with_faces(tokens, times_s, there)
