"""The `generate` section of the configuration."""

from typing import Literal

from pydantic import Field

from stages.section import Section


class GenerateConfig(Section):
    """How descriptions and labels are generated."""

    engine: Literal["deepspeed", "transformers"] = Field(
        "deepspeed", description="What runs the language model; both give the same tokens."
    )
    max_description_tokens: int = Field(
        48, ge=1, le=4096, description="Tokens a description of clues may have at most."
    )
    max_label_tokens: int = Field(
        24, ge=1, le=1024, description="Tokens a list of labels may have at most."
    )
    max_labels: int = Field(
        8, ge=1, le=64, description="Labels kept for a window or an utterance, the first ones."
    )
    batch_windows: int = Field(
        8, ge=1, le=1024, description="Windows in hand at once, whose prompts are batched together."
    )
    batch_prompts: int = Field(
        32, ge=1, le=4096, description="Prompts the language model is given at once."
    )
