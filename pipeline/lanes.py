"""Lanes: which stages share a process, how many processes each lane gets, and whether they fit."""

import difflib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from pydantic import Field, model_validator

from pipeline.recipe import OURS, Recipe
from stages.faults import SetupError
from stages.section import Section


class LaneConfig(Section):
    """A chain of neighbouring stages that run in one process and hand rows on in memory."""

    stages: tuple[str, ...] = Field(
        min_length=1, description="Neighbouring stages, in the order of the recipe."
    )
    min_workers: int = Field(1, ge=1, description="Processes the lane starts with and keeps.")
    max_workers: int | None = Field(
        None,
        ge=1,
        description="Processes it may grow to; null: a fixed number that fills the CPUs at hand, "
        "and no bound on a cluster.",
    )
    cpus: float = Field(
        0.4, gt=0, description="Logical CPUs a process books; below 1, processes share a core."
    )
    gpus: float = Field(0.0, ge=0, description="GPUs a process books; a fraction shares one.")
    batch_rows: int = Field(
        1, ge=1, description="Rows handed to a process at once; more fills larger model batches."
    )

    @model_validator(mode="after")
    def _bounds(self) -> "LaneConfig":
        if self.max_workers is not None and self.max_workers < self.min_workers:
            raise ValueError("max_workers is below min_workers")
        return self

    @property
    def name(self) -> str:
        """The stages of the lane, joined by `+`."""
        return "+".join(self.stages)


# What a process books by default. Together with the reader one of each fits one core and a half,
# and what is left of two cores goes to a second one for pictures, where most time is spent.
_LISTENING = {"cpus": 0.3}
_LOOKING = {"cpus": 0.5}
_THINKING = {"cpus": 0.45, "batch_rows": 4}

READER_CPUS = 0.1  # the task that hands source rows to the first lane


@dataclass(frozen=True)
class LanePlan:
    """How many processes a lane gets: from `low` to `high`, or to what the machines hold."""

    lane: LaneConfig
    low: int
    high: int | None


def cpus_at_hand() -> int:
    """The cores this process may use, which a container may hold below the machine's."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def default_lanes(recipe: Recipe) -> tuple[LaneConfig, ...]:
    """Neighbours share one that take videos, that take windows, or that compute with the model."""

    def kind(name: str) -> str:
        spec = recipe[name].spec
        return "model" if "model" in spec.needs else spec.grain

    booked = {"video": _LISTENING, "window": _LOOKING, "model": _THINKING}
    return tuple(
        LaneConfig.model_validate({"stages": tuple(names), **booked[of]})
        for of, names in groupby(recipe.names, key=kind)
    )


def lanes_of(lanes: Sequence[LaneConfig], recipe: Recipe) -> tuple[LaneConfig, ...]:
    """The lanes as they are for a recipe: each of its stages once, in order.

    A lane loses the built-in stages that the recipe leaves out, and is gone when it has lost all.
    A stage that no lane names goes with the one before it, the first with the one behind it.

    Raises:
        ValueError: a lane names what is no stage, or the order is not that of the recipe.
    """
    held = [[name for name in lane.stages if name in recipe.names] for lane in lanes]
    _require_stages([name for lane in lanes for name in lane.stages], recipe)
    for at, name in enumerate(recipe.names):
        if not any(name in names for names in held):
            before = recipe.names[at - 1] if at else None
            home = next((names for names in held if names and (at == 0 or before in names)), None)
            if home is None:
                raise ValueError("no lane holds a stage of the run")
            home.insert(0 if before is None else home.index(before) + 1, name)
    found = tuple(name for names in held for name in names)
    if found != recipe.names:
        raise ValueError(
            f"they hold {', '.join(found)}; they must hold each stage once, in the order "
            f"{', '.join(recipe.names)}"
        )
    return tuple(
        lane.model_copy(update={"stages": tuple(names)})
        for lane, names in zip(lanes, held, strict=True)
        if names
    )


def lanes_from(lanes: Sequence[LaneConfig], recipe: Recipe, first: str) -> tuple[LaneConfig, ...]:
    """The lanes without the stages before `first`, for rows that enter there.

    What the lanes that are gone have booked goes to the processes of the others, up to nearly a
    core each: a booking below one means that a process shares its core, here with nobody.
    """
    before = recipe.names[: recipe.names.index(first)]
    held = [(lane, tuple(name for name in lane.stages if name not in before)) for lane in lanes]
    left = [(lane, names) for lane, names in held if names]
    freed = sum(lane.min_workers * lane.cpus for lane, names in held if not names)
    share = freed / sum(lane.min_workers for lane, _ in left)
    return tuple(
        lane.model_copy(update={"stages": names, "cpus": _with_share(lane.cpus, share)})
        for lane, names in left
    )


def _with_share(cpus: float, share: float) -> float:
    return max(cpus, min(cpus + share, 1 - READER_CPUS))


def _require_stages(names: Sequence[str], recipe: Recipe) -> None:
    for name in names:
        if name not in recipe.names and name not in OURS:
            close = difflib.get_close_matches(name, recipe.names, n=1)
            hint = f"nearest: {close[0]}" if close else f"there are {', '.join(recipe.names)}"
            raise ValueError(f"{name} is not a stage of the run ({hint})")


def plan_lanes(lanes: Sequence[LaneConfig], cpus: float, gpus: float) -> list[LanePlan]:
    """How many processes each lane gets on `cpus` logical CPUs and `gpus` GPUs.

    A lane with `max_workers` grows between its bounds as Ray sees need. The spare CPUs go to the
    other lanes, a process at a time, to the lane whose processes book the most by their number.

    Raises:
        SetupError: the least number of processes does not fit, with the sums. Ray would wait
            for ever, without a word.
    """
    _refuse_what_cannot_fit(lanes, cpus, gpus, "are there")
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


def plan_elastic_lanes(lanes: Sequence[LaneConfig], cpus: float, gpus: float) -> list[LanePlan]:
    """The bounds of the lanes where machines come and leave; between them Ray sees to need.

    Args:
        lanes: of the run.
        cpus: logical ones, the most that there may be.
        gpus: likewise.

    Raises:
        SetupError: the least number of processes can never fit, with the sums.
    """
    _refuse_what_cannot_fit(lanes, cpus, gpus, "are all that the cluster has or may grow to")
    return [LanePlan(lane, lane.min_workers, lane.max_workers) for lane in lanes]


def _booked(lanes: Sequence[LaneConfig], counts: Sequence[int], resource: str) -> float:
    booked: list[float] = [
        getattr(lane, resource) * count for lane, count in zip(lanes, counts, strict=True)
    ]
    return sum(booked)


def _refuse_what_cannot_fit(
    lanes: Sequence[LaneConfig], cpus: float, gpus: float, are: str
) -> None:
    least = [lane.min_workers for lane in lanes]
    for resource, at_hand, reader in (("cpus", cpus, READER_CPUS), ("gpus", gpus, 0.0)):
        needed = _booked(lanes, least, resource) + reader
        if needed > at_hand + 1e-9:
            sums = ", ".join(
                f"[{lane.name}] {lane.min_workers} x {getattr(lane, resource):g}" for lane in lanes
            )
            raise SetupError(
                f"lanes: they need {needed:g} {resource} at the least ({sums}, reader {reader:g}) "
                f"and {at_hand:g} {are}. Lower lanes.N.{resource} or lanes.N.min_workers."
            )
