"""The `decode` section of the configuration."""

from typing import Annotated

from pydantic import Field

from stages.media import MAX_PROBED_PIXELS
from stages.section import PLACE_OR_PACE, Section


class DecodeConfig(Section):
    """How many frames are taken from a window, how large, and what is too large."""

    image_size: int = Field(
        112, ge=16, le=1024, description="Width and height of a global frame, in pixels."
    )
    max_frames: int = Field(
        16, ge=1, le=1024, description="Most global frames taken from one window (T)."
    )
    analysis_short_side: int = Field(
        360,
        ge=16,
        le=2160,
        description="Most pixels on the short side of an analysis frame; never enlarged.",
    )
    max_analysis_mib: int = Field(
        512,
        ge=1,
        description="Most memory the analysis frames of one window may take, in MiB.",
    )
    max_pixels: int = Field(
        MAX_PROBED_PIXELS,
        ge=1,
        description="Most pixels in a frame of the source; larger videos are refused.",
    )
    threads: Annotated[int, PLACE_OR_PACE] = Field(
        1, ge=1, le=64, description="Threads of the video codec; the pipeline scales by processes."
    )
