"""The section of the configuration for the encode stage."""

from pydantic import Field

from stages.section import Section


class EncodeConfig(Section):
    """How much the encoder takes at a time; results do not depend on it."""

    batch_windows: int = Field(
        4, ge=1, le=256, description="Windows encoded together, so that their frames fill batches."
    )
    batch_frames: int = Field(
        32, ge=1, le=4096, description="Global frames given to the vision model at once."
    )
