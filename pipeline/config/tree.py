"""The tree: the section of every stage, the model's, and those of the pipeline itself."""

import hashlib
import json
from typing import Any

from pydantic import Field, field_validator

from pipeline.dataset.sink import SinkConfig
from pipeline.lanes import DEFAULT_LANES, LaneConfig, check_order
from stages.decode.config import DecodeConfig
from stages.encode.config import EncodeConfig
from stages.faces.config import FacesConfig
from stages.generate.config import GenerateConfig
from stages.model.config import ModelConfig
from stages.pool.config import PoolConfig
from stages.rows import SCHEMA_VERSION
from stages.section import Section
from stages.segment.config import SegmentConfig
from stages.transcribe.config import TranscribeConfig


class Config(Section):
    """Everything a run can be told. The defaults are the preset `tiny`."""

    transcribe: TranscribeConfig = Field(
        default_factory=TranscribeConfig, description="Who says what, and when."
    )
    segment: SegmentConfig = Field(
        default_factory=SegmentConfig, description="How a video is cut into windows."
    )
    decode: DecodeConfig = Field(
        default_factory=DecodeConfig, description="Which frames are taken from a window."
    )
    faces: FacesConfig = Field(
        default_factory=FacesConfig, description="How faces are found, followed and cropped."
    )
    model: ModelConfig = Field(
        default_factory=ModelConfig, description="The MicroEmo model of encode, pool and generate."
    )
    encode: EncodeConfig = Field(
        default_factory=EncodeConfig, description="Frames and crops to visual states."
    )
    pool: PoolConfig = Field(
        default_factory=PoolConfig, description="Visual states to tokens of window and utterances."
    )
    generate: GenerateConfig = Field(
        default_factory=GenerateConfig, description="Tokens and text to description and labels."
    )
    lanes: tuple[LaneConfig, ...] = Field(
        DEFAULT_LANES, description="Which stages share a process, and how many processes there are."
    )
    sink: SinkConfig = Field(
        default_factory=SinkConfig, description="How finished rows become files."
    )

    @field_validator("lanes")
    @classmethod
    def _lanes_hold_every_stage(cls, lanes: tuple[LaneConfig, ...]) -> tuple[LaneConfig, ...]:
        check_order(lanes)
        return lanes


PLACE_AND_PACE = frozenset(
    {
        "lanes",
        "sink",
        "transcribe.asr_device",
        "transcribe.asr_batch_size",
        "decode.threads",
        "faces.model_root",
        "faces.device",
        "faces.batch_frames",
        "model.device",
        "model.threads",
        "encode.batch_windows",
        "encode.batch_frames",
        "generate.batch_windows",
        "generate.batch_prompts",
        "generate.tp_size",
        "generate.call_deadline_s",
        "generate.zero_offload",
        "generate.zero_nvme_path",
    }
)
"""Dotted keys (with all below them) that say where and how fast, and leave the labels alone."""


def config_hash(config: Config) -> str:
    """12 hex digits that are equal for configurations that give equal labels.

    The SHA-256 over the canonical JSON of the tree without `PLACE_AND_PACE`, so that a run may
    go on with more workers or on another device, and over the version of the row schema.
    """
    said = {
        "schema_version": SCHEMA_VERSION,
        "config": _without_place_and_pace(config.model_dump(mode="json"), ""),
    }
    canonical = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()[:12]


def _without_place_and_pace(part: dict[str, Any], above: str) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for name, value in part.items():
        dotted = f"{above}{name}"
        if dotted in PLACE_AND_PACE:
            continue
        is_part = isinstance(value, dict)
        kept[name] = _without_place_and_pace(value, f"{dotted}.") if is_part else value
    return kept
