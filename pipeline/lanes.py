"""Lanes: which stages share a process, how many processes each lane gets, and whether they fit."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import Field, field_validator, model_validator

from stages.rows import STAGES
from stages.section import Section
from stages.stage import SetupError

StageName = Literal["transcribe", "segment", "decode", "faces", "encode", "pool", "generate"]


class LaneConfig(Section):
    """A chain of neighbouring stages that run in one process and hand rows on in memory."""

    stages: tuple[StageName, ...] = Field(
        min_length=1, description="Neighbouring stages, in the order of the pipeline."
    )
    min_workers: int = Field(1, ge=1, description="Processes the lane starts with and keeps.")
    max_workers: int | None = Field(
        None,
        ge=1,
        description="Processes it may grow to; null: a fixed number that fills the CPUs at hand.",
    )
    cpus: float = Field(
        0.4, gt=0, description="Logical CPUs a process books; below 1, processes share a core."
    )
    gpus: float = Field(0.0, ge=0, description="GPUs a process books; a fraction shares one.")
    batch_rows: int = Field(
        1, ge=1, description="Rows handed to a process at once; more fills larger model batches."
    )

    @field_validator("stages")
    @classmethod
    def _neighbours(cls, stages: tuple[StageName, ...]) -> tuple[StageName, ...]:
        first = STAGES.index(stages[0])
        if stages != STAGES[first : first + len(stages)]:
            raise ValueError(f"must be neighbours in the order {', '.join(STAGES)}")
        return stages

    @model_validator(mode="after")
    def _bounds(self) -> "LaneConfig":
        if self.max_workers is not None and self.max_workers < self.min_workers:
            raise ValueError("max_workers is below min_workers")
        return self

    @property
    def name(self) -> str:
        """The stages of the lane, joined by `+`."""
        return "+".join(self.stages)


DEFAULT_LANES = (
    LaneConfig(stages=("transcribe", "segment"), cpus=0.3),
    LaneConfig(stages=("decode", "faces"), cpus=0.5),
    LaneConfig(stages=("encode", "pool", "generate"), cpus=0.45, batch_rows=4),
)

READER_CPUS = 0.1  # the task that hands source rows to the first lane


@dataclass(frozen=True)
class LanePlan:
    """How many processes a lane gets: from `low` to `high`."""

    lane: LaneConfig
    low: int
    high: int


def cpus_at_hand() -> int:
    """The cores this process may use, which a container may hold below the machine's."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def check_order(lanes: Sequence[LaneConfig]) -> None:
    """Raise ValueError unless the lanes hold every stage once, in order."""
    held = tuple(stage for lane in lanes for stage in lane.stages)
    if held != STAGES:
        raise ValueError(f"lanes hold {', '.join(held)}; they must hold {', '.join(STAGES)}")


def plan_lanes(lanes: Sequence[LaneConfig], cpus: float, gpus: float) -> list[LanePlan]:
    """How many processes each lane gets on `cpus` logical CPUs and `gpus` GPUs.

    A lane with `max_workers` grows between its bounds as Ray sees need. The spare CPUs go to the
    other lanes, a process at a time, to the lane whose processes book the most by their number.

    Raises:
        SetupError: the least number of processes does not fit, with the sums. Ray would wait
            for ever, without a word.
    """
    _refuse_what_cannot_fit(lanes, cpus, gpus)
    counts = [lane.min_workers for lane in lanes]
    while True:
        spare_cpus = cpus - READER_CPUS - _booked(lanes, counts, "cpus")
        spare_gpus = gpus - _booked(lanes, counts, "gpus")
        open_lanes = [
            index
            for index, lane in enumerate(lanes)
            if lane.max_workers is None and lane.cpus <= spare_cpus and lane.gpus <= spare_gpus
        ]
        if not open_lanes:
            break
        heaviest = max(open_lanes, key=lambda index: lanes[index].cpus / counts[index])
        counts[heaviest] += 1
    return [
        LanePlan(lane, count, lane.max_workers or count)
        for lane, count in zip(lanes, counts, strict=True)
    ]


def _booked(lanes: Sequence[LaneConfig], counts: Sequence[int], resource: str) -> float:
    booked: list[float] = [
        getattr(lane, resource) * count for lane, count in zip(lanes, counts, strict=True)
    ]
    return sum(booked)


def _refuse_what_cannot_fit(lanes: Sequence[LaneConfig], cpus: float, gpus: float) -> None:
    least = [lane.min_workers for lane in lanes]
    for resource, at_hand, reader in (("cpus", cpus, READER_CPUS), ("gpus", gpus, 0.0)):
        needed = _booked(lanes, least, resource) + reader
        if needed > at_hand + 1e-9:
            sums = ", ".join(
                f"[{lane.name}] {lane.min_workers} x {getattr(lane, resource):g}" for lane in lanes
            )
            raise SetupError(
                f"lanes: they need {needed:g} {resource} at the least ({sums}, reader {reader:g}) "
                f"and {at_hand:g} are there. Lower lanes.N.{resource} or lanes.N.min_workers."
            )
