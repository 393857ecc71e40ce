"""The `chat` section of the configuration."""

from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from stages.section import PLACE_OR_PACE, Section

Offered = Literal["auto", "always", "never"]
"""Whether something is asked of the server: where it takes it, whatever it says, or not at all."""

_OURS = frozenset(
    {"messages", "model", "stream", "n", "response_format", "logprobs", "top_logprobs", "seed"}
)


class PriceConfig(Section):
    """What the server charges."""

    input_per_million: float = Field(0.0, ge=0, description="Price of a million prompt tokens.")
    output_per_million: float = Field(
        0.0, ge=0, description="Price of a million tokens of an answer."
    )
    currency: str = Field("USD", min_length=1, description="What the prices are in.")

    @property
    def is_given(self) -> bool:
        """Whether anything costs anything."""
        return self.input_per_million > 0 or self.output_per_million > 0


class ChatConfig(Section):
    """Which chat model is asked, what it is sent, and what that may cost."""

    base_url: Annotated[str | None, PLACE_OR_PACE] = Field(
        None,
        description="Address of an OpenAI-compatible server, such as http://localhost:8000/v1.",
    )
    model: str | None = Field(None, description="The model's name there.")
    api_key_env: Annotated[str, PLACE_OR_PACE] = Field(
        "OPENAI_API_KEY",
        pattern=r"^[A-Za-z_][A-Za-z0-9_]*$",
        description="The variable of the environment that holds the key; servers without one "
        "need none.",
    )
    prompt: Annotated[str, PLACE_OR_PACE] = Field(
        "emer-en",
        description="emer-en, emer-zh, or a folder with templates; known by its content.",
    )
    answers: Literal["slow", "fast", "both"] = Field(
        "slow",
        description="slow: describe, then label; fast: label at once; both: label both ways, and "
        "say how far they agree.",
    )
    structured: Literal["auto", "schema", "json", "text"] = Field(
        "auto",
        description="The form of answers: by JSON schema, as any JSON object, or as text that is "
        "read by rule; auto: the first that the server takes.",
    )
    pictures: Offered = Field("auto", description="Whether frames and faces are sent.")
    sound: Offered = Field("never", description="Whether the sound of the window is sent, as WAV.")
    logprobs: Offered = Field("auto", description="Whether probabilities of tokens are asked for.")
    frames: int = Field(8, ge=0, le=256, description="Most global frames sent of a window.")
    frame_px: int = Field(
        448, ge=16, le=2048, description="Most pixels on a side of a frame that is sent."
    )
    face_crops: int = Field(
        6, ge=0, le=32, description="Most face crops in a strip at even times; 0: no strip."
    )
    event_strips: int = Field(
        3, ge=0, le=32, description="Most strips of onset, apex and offset of what a face did."
    )
    jpeg_quality: int = Field(85, ge=10, le=100, description="Quality of the pictures.")
    evidence: bool = Field(
        True, description="Tell the model in words what was measured of face and voice, and when."
    )
    max_description_tokens: int = Field(
        1000, ge=1, le=100_000, description="Tokens a description may have at most."
    )
    max_label_tokens: int = Field(
        400, ge=1, le=100_000, description="Tokens an answer with labels may have at most."
    )
    max_labels: int = Field(
        8, ge=1, le=64, description="Labels kept for a window or an utterance, the first ones."
    )
    samples: int = Field(
        0,
        ge=0,
        le=64,
        description="Lists of labels drawn at random besides the greedy one, for label_agreement.",
    )
    temperature: float = Field(0.7, gt=0, le=2, description="How boldly those are drawn.")
    parameters: dict[str, Any] = Field(
        default_factory=dict,
        description="More for the body of each request; null takes out what would stand there.",
    )
    explain_given: bool = Field(
        False,
        description="Tell the model the label that the manifest gives, and ask it to explain that.",
    )
    given_columns: tuple[str, ...] = Field(
        ("label", "labels", "emotion", "emotions"),
        description="Columns of the manifest that hold such a label; read only with explain_given.",
    )
    windows_at_once: Annotated[int, PLACE_OR_PACE] = Field(
        16, ge=1, le=512, description="Windows a process has in hand at once."
    )
    requests_at_once: Annotated[int, PLACE_OR_PACE] = Field(
        32, ge=1, le=1024, description="Requests of a process on their way at once."
    )
    timeout_s: Annotated[float, PLACE_OR_PACE] = Field(
        120.0, gt=0, description="Seconds the server may take for an answer."
    )
    patience_s: Annotated[float, PLACE_OR_PACE] = Field(
        240.0,
        gt=0,
        description="Seconds for a request with its retries; a window takes two in turn.",
    )
    retries: Annotated[int, PLACE_OR_PACE] = Field(
        8, ge=0, le=100, description="How often a request is repeated that failed, less and less."
    )
    cache: Annotated[str | None, PLACE_OR_PACE] = Field(
        "~/.cache/microemo/chat",
        description="Folder where answers are kept, so that none is paid for twice; null: none.",
    )
    price: Annotated[PriceConfig, PLACE_OR_PACE] = Field(
        default_factory=PriceConfig, description="What the server charges, for the account."
    )
    max_cost: Annotated[float | None, PLACE_OR_PACE] = Field(
        None,
        gt=0,
        description="What a dataset may cost in all; then the run stops. null: no limit.",
    )

    @field_validator("base_url")
    @classmethod
    def _holds_no_secret(cls, base_url: str | None) -> str | None:
        if base_url is None:
            return None
        parts = urlsplit(base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("must be an address such as http://localhost:8000/v1")
        if parts.username is not None or parts.password is not None:
            raise ValueError("must hold no name and password; a key goes into the environment")
        if parts.query or parts.fragment:
            raise ValueError("must end with its path; a key goes into the environment")
        return base_url.rstrip("/")

    @field_validator("parameters")
    @classmethod
    def _are_not_ours(cls, parameters: dict[str, Any]) -> dict[str, Any]:
        taken = sorted(_OURS & parameters.keys())
        if taken:
            raise ValueError(f"{taken[0]} is set by other keys of this section")
        return parameters

    @model_validator(mode="after")
    def _can_be_counted(self) -> "ChatConfig":
        if self.max_cost is not None and not self.price.is_given:
            raise ValueError("max_cost needs price.input_per_million or price.output_per_million")
        if self.patience_s < self.timeout_s:
            raise ValueError("patience_s must not be below timeout_s")
        return self
