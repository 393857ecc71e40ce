"""The recipe of a run: its stages in order, and all that follows from them.

A stage is written down in one place, `OURS`, or named by the configuration as
`package.module:Class`. Columns, lanes, checks and the configuration's sections derive from it.
"""

import difflib
import importlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from stages.chat import ChatStage
from stages.contract import Need
from stages.decode import DecodeStage
from stages.encode import EncodeStage
from stages.evidence import EvidenceStage
from stages.faces import FacesStage
from stages.generate import GenerateStage
from stages.keep import KeepStage
from stages.pool import PoolStage
from stages.rows import (
    ANNOTATION_COLUMNS,
    CARRIED_COLUMNS,
    FAILURE_COLUMNS,
    FIELDS,
    KEPT_TOKENS,
    SINK_COLUMNS,
    SOURCE_COLUMNS,
    TENSORS,
    schema,
)
from stages.segment import SegmentStage
from stages.stage import Stage
from stages.transcribe import TranscribeStage

if TYPE_CHECKING:
    import pyarrow as pa

BUILT_IN: tuple[type[Stage], ...] = (
    TranscribeStage,
    SegmentStage,
    DecodeStage,
    FacesStage,
    EvidenceStage,
    EncodeStage,
    PoolStage,
    GenerateStage,
)
"""The full road, in order."""

FULL = tuple(stage.spec.name for stage in BUILT_IN)

_ONLY_WHERE_NAMED: tuple[type[Stage], ...] = (ChatStage, KeepStage)

OURS: Mapping[str, type[Stage]] = {
    stage.spec.name: stage for stage in (*BUILT_IN, *_ONLY_WHERE_NAMED)
}
"""All stages that come with the package, by name."""


KEEPABLE: Mapping[str, Mapping[str, str]] = {"visual_tokens": KEPT_TOKENS}
"""What `sink.keep` may name: a column of rows on their way, and all that goes with it."""


class RecipeError(ValueError):
    """A list of stages that makes no run; names the stage and what it lacks."""


@dataclass(frozen=True)
class Recipe:
    """The stages of a run, in order.

    Attributes:
        stages: as classes.
        keep: what of the rows on their way is written too, of `KEEPABLE`.

    Raises:
        RecipeError: a stage stands there twice, reads what no stage before it gives, or stands on
            the wrong side of the stage that makes windows; or no stage makes what is to be kept.
    """

    stages: tuple[type[Stage], ...]
    keep: tuple[str, ...] = ()

    @classmethod
    def of(cls, names: Sequence[str], keep: Sequence[str] = ()) -> "Recipe":
        """The recipe of the stages called `names`, built in or as `package.module:Class`.

        Raises:
            RecipeError: as above, or there is no such stage.
        """
        return cls(tuple(map(_stage, names)), tuple(keep))

    def __post_init__(self) -> None:
        names = self.names
        for at, name in enumerate(names):
            if name in names[:at]:
                raise RecipeError(f"{name} stands there twice")
        self._require_windows()
        for stage in self.stages:
            self._require_what_it_reads(stage)
        for name in self.keep:
            if not any(name in stage.spec.writes for stage in self.stages):
                raise RecipeError(f"{name} cannot be kept: no stage of the run makes them")

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of the stages."""
        return tuple(stage.spec.name for stage in self.stages)

    def __getitem__(self, name: str) -> type[Stage]:
        """The stage called `name`.

        Raises:
            KeyError: the recipe has no such stage.
        """
        if name not in self.names:
            raise KeyError(name)
        return self.stages[self.names.index(name)]

    def kept_behind(self, name: str) -> Mapping[str, str]:
        """What is kept behind a stage: the column that is written by the one it stands for."""
        made = [kept for kept in self.keep if kept in self[name].spec.writes]
        return {written: column for kept in made for written, column in KEEPABLE[kept].items()}

    def needs(self, need: Need) -> bool:
        """Whether a stage wants that of the run."""
        return any(need in stage.spec.needs for stage in self.stages)

    def columns_after(self, last_stage: str | None) -> tuple[str, ...]:
        """The columns of a row behind a stage; those of a source row behind None.

        Window columns stand in source rows too: an unfinished video with a recorded cut enters as
        its missing windows.
        """
        return self._columns(0 if last_stage is None else self.names.index(last_stage) + 1)

    def schema_after(self, last_stage: str | None) -> "pa.Schema":
        """As `columns_after`, with their types."""
        return self._schema(self.columns_after(last_stage))

    @cached_property
    def cut_schema(self) -> "pa.Schema":
        """What is recorded of the windows that a video was cut into."""
        maker = next(stage.spec.name for stage in self.stages if stage.spec.makes_windows)
        return self._schema(name for name in self.columns_after(maker) if name not in TENSORS)

    @cached_property
    def annotation_schema(self) -> "pa.Schema":
        """What is written of an annotated window: what the stages make of it."""
        made = {*self.columns_after(self.names[-1]), *SINK_COLUMNS}
        return self._schema([*(name for name in ANNOTATION_COLUMNS if name in made), *self._own])

    @cached_property
    def failure_schema(self) -> "pa.Schema":
        """What is written of a window or video that failed."""
        own = (name for stage in self.stages for name in stage.spec.in_failures)
        return self._schema([*FAILURE_COLUMNS, *own])

    @cached_property
    def _own(self) -> Mapping[str, "pa.DataType"]:
        return {name: kind for stage in self.stages for name, kind in stage.spec.columns.items()}

    def _schema(self, names: "Sequence[str] | Iterator[str]") -> "pa.Schema":
        return schema(names, self.names, self._own)

    def _columns(self, count: int) -> tuple[str, ...]:
        names = dict.fromkeys((*SOURCE_COLUMNS, *CARRIED_COLUMNS))
        names |= dict.fromkeys(
            name
            for stage in self.stages
            if stage.spec.grain == "video"
            for name in stage.spec.writes
        )
        for stage in self.stages[:count]:
            names |= dict.fromkeys(stage.spec.writes)
            names |= dict.fromkeys(self.kept_behind(stage.spec.name))
            for dropped in stage.spec.drops:
                names.pop(dropped, None)
        return tuple(names)

    def _require_windows(self) -> None:
        makers = [stage.spec.name for stage in self.stages if stage.spec.makes_windows]
        if len(makers) != 1:
            names = ", ".join(stage.spec.name for stage in BUILT_IN if stage.spec.makes_windows)
            raise RecipeError(
                f"one stage must make windows of the videos ({names}); there are {len(makers)}"
            )
        border = self.names.index(makers[0])
        for at, stage in enumerate(self.stages):
            if (stage.spec.grain == "video") != (at <= border):
                side = "before" if stage.spec.grain == "video" else "behind"
                raise RecipeError(
                    f"{stage.spec.name} takes rows of {stage.spec.grain}s and must stand {side} "
                    f"{makers[0]}"
                )

    def _require_what_it_reads(self, stage: type[Stage]) -> None:
        given = {*SOURCE_COLUMNS, *CARRIED_COLUMNS}
        for before in self.stages[: self.stages.index(stage)]:
            given |= set(before.spec.writes)
            given -= set(before.spec.drops)
        for name in stage.spec.reads:
            if name not in given:
                givers = [other.spec.name for other in OURS.values() if name in other.spec.writes]
                hint = f" (that is what {' or '.join(givers)} gives)" if givers else ""
                raise RecipeError(
                    f"{stage.spec.name} reads {name}, which no stage before it gives{hint}"
                )
        for name in (*stage.spec.writes, *stage.spec.drops):
            if name not in FIELDS and name not in stage.spec.columns and name not in given:
                raise RecipeError(
                    f"{stage.spec.name} writes {name}, whose type nobody gives: name it in the "
                    "spec's columns"
                )


def _stage(name: str) -> type[Stage]:
    module, colon, attribute = name.partition(":")
    if not colon:
        if name not in OURS:
            close = difflib.get_close_matches(name, OURS, n=1)
            hint = f"nearest: {close[0]}" if close else f"there are {', '.join(OURS)}"
            raise RecipeError(
                f"{name} is not a stage ({hint}); one of your own is named package.module:Class"
            )
        return OURS[name]
    try:
        found = getattr(importlib.import_module(module), attribute)
    except ModuleNotFoundError as fault:
        raise RecipeError(
            f"{name} cannot be imported: {fault}; install its package, or add its folder to "
            "PYTHONPATH"
        ) from fault
    except Exception as fault:  # somebody's module, which may raise anything
        raise RecipeError(f"{name} cannot be imported: {type(fault).__name__}: {fault}") from fault
    if not (isinstance(found, type) and issubclass(found, Stage)):
        raise RecipeError(f"{name} is not a stage: it must be a subclass of stages.stage.Stage")
    if not (hasattr(found, "spec") and hasattr(found, "section")):
        raise RecipeError(f"{name} is not a whole stage: it must have a spec and a section")
    if found.spec.name in OURS:
        raise RecipeError(f"{name} is called {found.spec.name}, as a stage of our own is")
    return found
