"""From which stage on a row is made again, and why."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.config import Config
from pipeline.dataset.record import Making, differing_keys, differing_weights
from pipeline.recipe import Recipe
from stages.identity import Identity

_VISUAL = ("encode", "pool")
"""The stages that use the part of a model by which visual tokens are known."""


@dataclass(frozen=True)
class Start:
    """Where the making of a row begins.

    Attributes:
        stage: the first that it goes through.
        why: what has changed since, in words.
    """

    stage: str
    why: str


@dataclass(frozen=True)
class Older:
    """What is known of a row that stands in the dataset.

    Attributes:
        config_hash: of what it was made with.
        has_tokens: whether its visual tokens were kept.
        has_window: whether it is known what the window began as.
    """

    config_hash: str
    has_tokens: bool
    has_window: bool


class Starts:
    """Finds where rows of a dataset begin to differ from those of a configuration.

    Args:
        config: the whole tree.
        making: what it comes to.
        stage_weights: the weights that each stage loads, see `pipeline.identity`.
        made_with: what rows were made with, see `pipeline.dataset.record.makings`.
    """

    def __init__(
        self,
        config: Config,
        making: Making,
        stage_weights: Mapping[str, Identity],
        made_with: Mapping[str, Mapping[str, Any]],
    ) -> None:
        self._stages = config.stages
        self._recipe = config.recipe
        self._making = making
        self._stage_weights = stage_weights
        self._made_with = made_with
        self._changes: dict[str, tuple[int, str]] = {}
        names = self._recipe.names
        self._windows = 1 + next(
            at for at, name in enumerate(names) if self._recipe[name].spec.makes_windows
        )
        self._tokens = tokens_stage(self._recipe)

    def of(self, older: Older) -> Start:
        """Where the row that is to take the place of an older one begins."""
        if older.config_hash not in self._changes:
            self._changes[older.config_hash] = self._first_changed(older.config_hash)
        changed, why = self._changes[older.config_hash]
        if older.has_tokens and self._tokens is not None and changed >= self._tokens:
            return Start(self._recipe.names[self._tokens], why)
        if changed < self._windows:
            return Start(self._recipe.names[0], why)
        if not older.has_window:
            return Start(self._recipe.names[0], f"{why}, and how it was cut is not recorded")
        lacking = ""
        if self._tokens is not None and changed >= self._tokens:
            lacking = ", and its visual tokens were not kept (sink.keep)"
        return Start(self._recipe.names[self._windows], f"{why}{lacking}")

    def place(self, start: Start) -> int:
        """Of its stage in the recipe."""
        return self._recipe.names.index(start.stage)

    def cuts_anew(self, start: Start) -> bool:
        """Whether the video is heard and cut again."""
        return self.place(start) < self._windows

    def takes_tokens(self, start: Start) -> bool:
        """Whether the kept visual tokens are taken."""
        return self.place(start) == self._tokens

    def _first_changed(self, config_hash: str) -> tuple[int, str]:
        """The place of the first stage that gives something else, and why it does."""
        was = self._made_with.get(config_hash)
        if was is None:
            return 0, f"what configuration {config_hash} was is not in run.json"
        stages = list(was["config"].get("stages", ()))
        for at, name in enumerate(self._recipe.names):
            if stages[at : at + 1] != [self._stages[at]]:
                return at, f"stages: was {_listed(stages)}, is {_listed(self._stages)}"
            why = next(self._differences(name, was), None)
            if why is not None:
                return at, why
        if config_hash == self._making.config_hash:
            return len(self._recipe.names), "nothing has changed"
        if len(stages) > len(self._stages):
            last = len(self._stages) - 1
            return last, f"stages: was {_listed(stages)}, is {_listed(self._stages)}"
        return 0, "another version of MicroEmo, which writes other columns"

    def _differences(self, name: str, was: Mapping[str, Any]) -> Iterator[str]:
        keys, weights = self._making.result_keys, was.get("weights", {})
        yield from differing_keys(was["config"].get(name, {}), keys[name], f"{name}.")
        own = self._stage_weights[name]
        yield from differing_weights({part: weights.get(part, {}) for part in own}, own)
        if "model" not in self._recipe[name].spec.needs:
            return
        yield from differing_keys(was["config"].get("model", {}), keys["model"], "model.")
        then, now = weights.get("model", {}), self._making.identity["model"]
        if name in _VISUAL and _same_visually(then, now):
            return
        yield from differing_weights({"model": then}, {"model": now})


def _same_visually(then: Mapping[str, str], now: Mapping[str, str]) -> bool:
    return then.get("visual_revision") is not None and (
        then["visual_revision"] == now.get("visual_revision")
    )


def tokens_stage(recipe: Recipe) -> int | None:
    """The place of the stage at which a row can enter with its visual tokens; None: there is none.

    No stage behind it may read what is neither written on a row nor kept.
    """
    names = recipe.names
    at = next((at for at, name in enumerate(names) if _reads_tokens(recipe, name)), None)
    if at is None:
        return None
    there = {*recipe.annotation_schema.names, "visual_tokens", "frame_times_s"}
    for name in names[at:]:
        if not there.issuperset(recipe[name].spec.reads):
            return None
        there |= {*recipe[name].spec.writes}
    return at


def _reads_tokens(recipe: Recipe, name: str) -> bool:
    return "visual_tokens" in recipe[name].spec.reads


def _listed(stages: Any) -> str:
    return f"[{', '.join(stages)}]"
