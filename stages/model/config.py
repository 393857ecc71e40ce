"""The section of the configuration that names the model and where it computes."""

from typing import Annotated, Literal

from pydantic import Field

from stages.section import PLACE_OR_PACE, Section


class ModelConfig(Section):
    """Which MicroEmo is used and how it is held in memory; shared by encode, pool and generate."""

    path: Annotated[str, PLACE_OR_PACE] = Field(
        "tiny",
        min_length=1,
        description="The model: 'tiny' (in the package), a MicroEmo folder, or a hub name.",
    )
    dtype: Literal["float32", "bfloat16", "float16"] = Field(
        "float32", description="The type of the weights and of the arithmetic."
    )
    device: Annotated[str, PLACE_OR_PACE] = Field(
        "cpu",
        pattern=r"^(cpu|cuda(:\d+)?)$",
        description="Where the model computes: 'cpu', 'cuda' or 'cuda:<index>'.",
    )
    threads: Annotated[int, PLACE_OR_PACE] = Field(
        1, ge=1, le=256, description="CPU threads of one process; the run scales by processes."
    )
