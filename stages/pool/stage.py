"""The pool stage: visual states in, visual tokens out."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from stages.contract import StageSpec
from stages.model.config import ModelConfig
from stages.model.handover import to_float16
from stages.model.layout import Span, merged_utterances
from stages.pool.config import PoolConfig
from stages.rows import Row
from stages.stage import Stage

SHARED = (
    "The window has {} utterances and the model makes visual tokens for {}: those with the indices"
    " {} share theirs. Lower segment.max_utterances to have them cut so."
)


class PoolStage(Stage):
    """Pools the states of a window, and of each of its utterances, to tokens.

    Window by window: the video Q-Former is small beside the vision model, and a padded batch would
    make the tokens of a window depend on its neighbours.
    """

    section = PoolConfig
    spec = StageSpec(
        name="pool",
        reads=("visual_states", "frame_times_s", "utterances", "warnings"),
        writes=("visual_tokens", "warnings"),
        drops=("visual_states",),
        needs=("model",),
    )

    def __init__(self, config: PoolConfig, model: ModelConfig) -> None:
        """Load the pooler.

        Raises:
            SetupError: the model or its device is not there.
        """
        from stages.model.loading import load_pooler

        self._pooler = load_pooler(model)

    def process(self, rows: list[Row]) -> list[Row]:
        """Add visual tokens to the windows; see `Stage.process`.

        Raises:
            ValueError: a window has more frames than the model has frame positions.
            FloatingPointError: the tokens are not finite.
        """
        return [
            {**row, "visual_tokens": self._tokens(row), "warnings": self._warnings(row)}
            for row in rows
        ]

    def _warnings(self, row: Row) -> list[str]:
        """Those of the row, and which utterances share their tokens."""
        told = list(row.get("warnings") or [])
        spoken = row["utterances"] or []
        config = self._pooler.config
        if config.global_mode == "sliding" or len(spoken) <= config.max_utterances:
            return told
        groups = merged_utterances(_spans_s(spoken), config.max_utterances)
        shared = ", ".join(
            f"{spoken[group.start]['index']} to {spoken[group.stop - 1]['index']}"
            for group in groups
            if len(group) > 1
        )
        return [*told, SHARED.format(len(spoken), config.max_utterances, shared)]

    def _tokens(self, row: Row) -> np.ndarray[tuple[int, ...], np.dtype[np.float16]]:
        import torch

        spans_s = _spans_s(row["utterances"] or [])
        times_s = np.asarray(row["frame_times_s"], np.float64)
        with torch.inference_mode():
            states = torch.tensor(row["visual_states"])
            states = states.to(self._pooler.device, self._pooler.dtype)
            return to_float16(self._pooler(states, times_s, spans_s), "visual tokens")


def _spans_s(utterances: Sequence[Mapping[str, Any]]) -> list[Span]:
    return [(spoken["start_s"], spoken["end_s"]) for spoken in utterances]
