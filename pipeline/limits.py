"""How long a row may be worked on."""

from pydantic import Field

from stages.section import Section


class LimitsConfig(Section):
    """How long a row may be worked on before its process is ended and it fails as `timed_out`."""

    window_seconds: float = Field(
        600.0,
        gt=0,
        description="Seconds for a window, in each lane; of a batch as often as it has.",
    )
    video_seconds: float = Field(
        21_600.0,
        gt=0,
        description="Seconds for what is done to a video before it is cut into windows.",
    )
