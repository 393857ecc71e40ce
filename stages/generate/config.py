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
    batch_windows: int = Field(
        8, ge=1, le=1024, description="Windows in hand at once, whose prompts are batched together."
    )
    batch_prompts: int = Field(
        32, ge=1, le=4096, description="Prompts the language model is given at once."
    )
