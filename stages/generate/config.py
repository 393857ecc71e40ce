"""The `generate` section of the configuration."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from stages.section import PLACE_OR_PACE, Section


class GenerateConfig(Section):
    """How descriptions and labels are generated."""

    engine: Literal["deepspeed", "deepspeed-zero", "transformers"] = Field(
        "deepspeed", description="What runs the language model; all give the same tokens."
    )
    tp_size: Annotated[int, PLACE_OR_PACE] = Field(
        1,
        ge=1,
        le=64,
        description="Processes that share each layer of the language model (engine deepspeed).",
    )
    call_deadline_s: Annotated[float, PLACE_OR_PACE] = Field(
        600.0,
        gt=0,
        description="With tp_size above 1: seconds that batch_prompts prompts may take.",
    )
    zero_offload: Annotated[Literal["none", "cpu", "nvme"], PLACE_OR_PACE] = Field(
        "cpu", description="Where deepspeed-zero keeps the weights: 'none' is the device itself."
    )
    zero_nvme_path: Annotated[str | None, PLACE_OR_PACE] = Field(
        None, description="The folder on a fast local disk that zero_offload=nvme writes to."
    )
    record_steps: Annotated[bool, PLACE_OR_PACE] = Field(
        False,
        description="On a GPU: start each step as one recorded CUDA graph. Never tried on one yet.",
    )
    evidence_in_prompt: bool = Field(
        True,
        description="Tell the language model what was measured of face and voice, and when.",
    )
    max_description_tokens: int = Field(
        160, ge=1, le=4096, description="Tokens a description of clues may have at most."
    )
    max_label_tokens: int = Field(
        24, ge=1, le=1024, description="Tokens a list of labels may have at most."
    )
    max_labels: int = Field(
        8, ge=1, le=64, description="Labels kept for a window or an utterance, the first ones."
    )
    min_confidence: float = Field(
        0.0,
        ge=0,
        le=1,
        description="Labels with a lower label_confidence are dropped; none left is an abstention.",
    )
    samples: int = Field(
        0,
        ge=0,
        le=64,
        description="Lists of labels drawn at random besides the greedy one, for label_agreement.",
    )
    temperature: float = Field(
        0.7, gt=0, le=2, description="How boldly those are drawn: 1 is as the model would speak."
    )
    top_p: float = Field(
        0.9, gt=0, le=1, description="They are drawn from the likeliest tokens of this total share."
    )
    batch_windows: Annotated[int, PLACE_OR_PACE] = Field(
        8, ge=1, le=1024, description="Windows in hand at once, whose prompts are batched together."
    )
    batch_prompts: Annotated[int, PLACE_OR_PACE] = Field(
        32, ge=1, le=4096, description="Prompts the language model is given at once."
    )

    @model_validator(mode="after")
    def _engine_can_do_it(self) -> "GenerateConfig":
        if self.tp_size > 1 and self.engine != "deepspeed":
            raise ValueError("tp_size above 1 is for the engine deepspeed")
        if self.record_steps and (self.engine != "deepspeed" or self.tp_size > 1):
            raise ValueError("record_steps is for the engine deepspeed with tp_size 1")
        if self.zero_offload == "nvme" and not self.zero_nvme_path:
            raise ValueError("zero_offload=nvme needs zero_nvme_path")
        return self
