"""The `segment` section of the configuration."""

from typing import Self

from pydantic import Field, model_validator

from stages.section import Section


class SegmentConfig(Section):
    """How a video is cut into windows."""

    max_window_s: float = Field(
        30.0, ge=1, le=600, description="Longest window, seconds; also the length without speech"
    )
    min_window_s: float = Field(
        5.0, ge=0, description="Shortest window where there is a choice, seconds"
    )
    max_utterances: int = Field(
        8, ge=1, le=64, description="Most utterances in a window; shortest neighbours are merged"
    )
    max_windows: int = Field(
        20_000, ge=1, description="Most windows a video may need before it is refused as too large"
    )

    @model_validator(mode="after")
    def _leaves_room_to_balance(self) -> Self:
        if self.min_window_s > self.max_window_s / 2:
            raise ValueError(
                f"segment.min_window_s ({self.min_window_s}) must be at most half of "
                f"segment.max_window_s ({self.max_window_s}), or the last two windows of a video "
                "cannot be balanced"
            )
        return self
