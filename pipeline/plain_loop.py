"""The stages of a recipe in a plain loop: the pipeline without Ray."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from pipeline.config import Config
from pipeline.dataset.spending import spending_of
from pipeline.identity import identify
from pipeline.ranks import open_language_model
from stages.identity import Identity
from stages.rows import Row
from stages.stage import Stage


def build_stage(
    name: str, config: Config, identity: Identity | None = None, output: str | None = None
) -> Stage:
    """The stage `name` of the recipe, loaded and ready to be called.

    Args:
        name: as it stands in the recipe.
        config: the whole tree.
        identity: of the weights; None: it is found out now.
        output: the folder of the run; None: it has none.

    Raises:
        SetupError: what it needs is not there.
    """
    stage: Any = config.recipe[name]
    supplies: dict[str, Callable[[], Any]] = {
        "model": lambda: config.model,
        "identity": lambda: identify(config) if identity is None else identity,
        "open_language_model": lambda: open_language_model,
        "spending": lambda: spending_of(output),
    }
    supplied = {need: supplies[need]() for need in stage.spec.needs}
    built: Stage = stage(config.sections[name], **supplied)
    built.keeps = config.recipe.kept_behind(name)
    return built


def chain(stages: Sequence[Stage], rows: Iterable[Row]) -> Iterator[Row]:
    """Rows through the stages one after the other, lazily: the pipeline without Ray."""
    for stage in stages:
        rows = stage(rows)
    yield from rows
