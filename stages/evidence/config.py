"""The `evidence` section of the configuration."""

from pydantic import Field

from stages.section import Section


class EvidenceConfig(Section):
    """What is kept of what faces did."""

    keep_curves: bool = Field(
        default=True,
        description="Whether the curves of face regions and action units are written, some 20 kB "
        "a face and 10 s",
    )
    keep_strips: bool = Field(
        default=True,
        description="Whether each expression comes with a picture of its onset, apex and offset, "
        "some 8 kB",
    )
    listeners: bool = Field(
        default=False,
        description="Whether each utterance names the tracks of the faces that listen",
    )
