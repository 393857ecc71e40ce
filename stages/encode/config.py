"""The section of the configuration for the encode stage."""

from typing import Annotated

from pydantic import Field

from stages.section import PLACE_OR_PACE, Section


class EncodeConfig(Section):
    """How much the encoder takes at a time; results do not depend on it."""

    batch_windows: Annotated[int, PLACE_OR_PACE] = Field(
        4, ge=1, le=256, description="Windows encoded together, so that their frames fill batches."
    )
    batch_frames: Annotated[int, PLACE_OR_PACE] = Field(
        32, ge=1, le=4096, description="Global frames given to the vision model at once."
    )
