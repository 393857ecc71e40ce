"""What a training can be told: one tree, every key described."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from jobs.train.parts import Part
from stages.section import PLACE_OR_PACE, Section

NEW = "tiny"
"""The base that is made from nothing."""

Shown = Literal["frames", "faces", "utterance_tokens", "timestamps", "words", "evidence"]
"""What a model is shown of a window; a training leaves some of it out to see what it is worth."""


class LearningConfig(Section):
    """How the weights move."""

    steps: int = Field(1000, ge=1, description="Steps of the optimizer.")
    batch_windows: int = Field(
        8,
        ge=1,
        description="Windows in a batch of one process; where nothing is asked, 64 crops for each.",
    )
    accumulate: int = Field(1, ge=1, description="Batches whose gradients add up to a step.")
    rate: float = Field(1e-3, gt=0, description="The highest learning rate, of AdamW.")
    warmup: float = Field(0.05, ge=0, lt=1, description="Share of the steps in which it rises.")
    weight_decay: float = Field(0.05, ge=0, description="Of AdamW.")
    word_vectors: int = Field(
        0,
        ge=0,
        description="Steps before all others, in which the word vectors of a new model learn of "
        "which feeling sentences speak; only where the labels say so (synthetic sets do).",
    )
    action_units: float = Field(
        0.0,
        ge=0,
        description="Weight of naming the action units that move, off each face crop and off the "
        "visual tokens of each utterance; only where the labels say which do.",
    )
    precision: Annotated[Literal["float32", "bfloat16"], PLACE_OR_PACE] = Field(
        "float32", description="Of the arithmetic; weights are kept in float32 where they learn."
    )
    activation_checkpointing: Annotated[bool, PLACE_OR_PACE] = Field(
        False, description="Compute layers twice rather than keep what they gave: less memory."
    )
    deepspeed: Annotated[Literal["none", "zero2", "zero3"], PLACE_OR_PACE] = Field(
        "none", description="What of the optimizer and the weights the GPUs share out."
    )


class CheckConfig(Section):
    """How a training is watched."""

    every_steps: int = Field(200, ge=1, description="Steps between two looks at held-out windows.")
    score_windows: int = Field(
        64, ge=0, description="Held-out windows that are annotated and scored at each; 0: none."
    )
    save_steps: Annotated[int, PLACE_OR_PACE] = Field(
        200, ge=1, description="Steps between two checkpoints, from which a stopped run goes on."
    )


class TrainConfig(Section):
    """Everything a training can be told; presets are laid over these defaults."""

    base: str = Field(
        NEW,
        min_length=1,
        description="What is trained: 'tiny', the shape, from nothing; or a MicroEmo folder.",
    )
    front: str = Field(
        "tiny",
        min_length=1,
        description="Preset or YAML file of `microemo annotate` whose stages before the model make "
        "what is learnt from.",
    )
    learns: tuple[Part, ...] = Field(
        ("vision_model", "image_qformer", "local_branch", "video_qformer", "language_model"),
        min_length=1,
        description="The parts whose weights move; the others are frozen.",
    )
    lora_rank: int = Field(
        0, ge=0, description="Rank of a new adapter on the language model; 0: as the base has it."
    )
    without: tuple[Shown, ...] = Field(
        (), description="What the model is not shown: what that was worth shows in the score."
    )
    answers: Literal["description", "brief", "none"] = Field(
        "brief",
        description="What the model learns to say: descriptions as they are, or in a few short "
        "sentences of one form where the labels have such (those of synthetic sets do). none: "
        "nothing; its local branch learns to name action units, and nothing else is computed.",
    )
    unread: bool = Field(
        False,
        description="Learn the windows of synthetic sets a second time, without a transcript: "
        "their sentences are soon known by heart, and then nothing else is looked at.",
    )
    said_anew: int = Field(
        0,
        ge=0,
        description="Times that the windows of synthetic sets are learnt once more, each time with "
        "sentences of other windows that say as much; with scripts, those of the scripts, and not "
        "once more but in place of their own.",
    )
    unnamed: float = Field(
        0.0,
        ge=0,
        le=1,
        description="Share of the windows of synthetic sets that are learnt without the names of "
        "who speaks, beside those of `unread`: where names always stand in a transcript, a model "
        "learns to call somebody by one where there is none.",
    )
    unmeasured: float = Field(
        0.0,
        ge=0,
        le=1,
        description="Share of the windows that are learnt without what was measured of faces, "
        "where these are seen: what is always told of a face need not be looked at.",
    )
    max_frames: int | None = Field(
        None,
        ge=1,
        description="Global frames of a window, evenly of those kept; null: all. A base that takes "
        "fewer is made longer.",
    )
    max_description_tokens: int = Field(
        256, ge=1, description="Tokens of a description; what is longer is cut."
    )
    held_out: float = Field(
        0.1,
        gt=0,
        lt=1,
        description="Share of the videos held out where no labels are named for it.",
    )
    seed: int = Field(
        0, ge=0, description="Of new weights, of the order of the windows, of dropout."
    )
    threads: Annotated[int, PLACE_OR_PACE] = Field(2, ge=1, description="CPU threads of a process.")
    learning: LearningConfig = Field(
        default_factory=LearningConfig, description="How the weights move."
    )
    check: CheckConfig = Field(default_factory=CheckConfig, description="How it is watched.")

    @model_validator(mode="after")
    def _what_is_left_out_is_not_told_in_prose(self) -> Self:
        """Nobody knows which words of a prose quote or name."""
        for key in ("unread", "unnamed"):
            if getattr(self, key) and self.answers == "description":
                raise ValueError(f"{key} is for answers=brief, and answers is {self.answers}")
        return self

    @model_validator(mode="after")
    def _word_vectors_may_learn(self) -> Self:
        """Before all else only vectors learn that are new, whole and thawed."""
        if self.learning.word_vectors:
            told = "learning.word_vectors is for the word vectors of a new model"
            if self.base != NEW:
                raise ValueError(f"{told}, and base is {self.base}: set it to 0, or base to {NEW}")
            if "language_model" not in self.learns:
                raise ValueError(f"{told}, and learns leaves out language_model: add it")
            if self.learning.deepspeed == "zero3":
                raise ValueError(f"{told}, whole: set it to 0, or learning.deepspeed to zero2")
        return self
