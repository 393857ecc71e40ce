"""The tree: the sections of all stages, the model's, and those of the pipeline itself."""

from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from typing import Annotated, Any, TypeVar, cast

from pydantic import Field, ValidationInfo, create_model, field_validator

from pipeline.dataset.sink import SinkConfig
from pipeline.lanes import LaneConfig, default_lanes, lanes_of
from pipeline.limits import LimitsConfig
from pipeline.recipe import BUILT_IN, FULL, Recipe
from stages.model import ModelConfig
from stages.section import PLACE_OR_PACE, Section
from stages.stage import Stage

_Section = TypeVar("_Section", bound=Section)


class _Head(Section):
    stages: tuple[str, ...] = Field(
        FULL,
        min_length=1,
        description="The stages of a run, in order; one of your own as package.module:Class.",
    )

    @field_validator("stages")
    @classmethod
    def _make_a_run(cls, stages: tuple[str, ...]) -> tuple[str, ...]:
        Recipe.of(stages)
        return stages


class Config(_Head):
    """Everything a run can be told. The defaults are the preset `tiny`.

    The class of an instance has, beside these fields, the section of each stage under the stage's
    name: see `config_type`.
    """

    model: ModelConfig = Field(
        default_factory=ModelConfig, description="The MicroEmo model of encode, pool and generate."
    )
    lanes: Annotated[tuple[LaneConfig, ...], PLACE_OR_PACE] = Field(
        default_lanes(Recipe(BUILT_IN)),
        description="Which stages share a process, and how many processes there are. A stage that "
        "no lane names goes with the one before it.",
    )
    limits: Annotated[LimitsConfig, PLACE_OR_PACE] = Field(
        default_factory=LimitsConfig, description="How long a row may be worked on."
    )
    sink: Annotated[SinkConfig, PLACE_OR_PACE] = Field(
        default_factory=SinkConfig, description="How finished rows become files."
    )

    @field_validator("lanes")
    @classmethod
    def _hold_the_recipe(
        cls, lanes: tuple[LaneConfig, ...], info: ValidationInfo
    ) -> tuple[LaneConfig, ...]:
        names = info.data.get("stages")
        return lanes if names is None else lanes_of(lanes, Recipe.of(names))

    @field_validator("sink")
    @classmethod
    def _keeps_what_is_made(cls, sink: SinkConfig, info: ValidationInfo) -> SinkConfig:
        if "stages" in info.data:
            Recipe.of(info.data["stages"], sink.keep)
        return sink

    @cached_property
    def recipe(self) -> Recipe:
        """The stages of the run."""
        return Recipe.of(self.stages, self.sink.keep)

    @cached_property
    def sections(self) -> Mapping[str, Section]:
        """The sections that the run reads: those of its stages by name, `model` if one needs it."""
        names = [*self.recipe.names, *(["model"] if self.recipe.needs("model") else [])]
        return {name: getattr(self, name) for name in names}

    def with_stages(self, stages: Sequence[str]) -> "Config":
        """The same tree for other stages.

        Sections and lanes of stages of one's own that are not among them are left out.

        Args:
            stages: as the key `stages` names them.

        Raises:
            RecipeError: they make no run.
        """
        recipe = Recipe.of(stages)
        tree = config_type(recipe)
        data = {name: value for name, value in self if name in tree.model_fields}
        lost = {*self.recipe.names} - {*recipe.names}
        held = [(lane, [name for name in lane.stages if name not in lost]) for lane in self.lanes]
        data["lanes"] = tuple(
            lane.model_copy(update={"stages": tuple(names)}) for lane, names in held if names
        )
        return tree.model_validate(data | {"stages": tuple(stages)})

    def section(self, kind: type[_Section]) -> _Section:
        """The one section of that type."""
        return next(part for _, part in self if isinstance(part, kind))

    def result_keys(self) -> dict[str, Any]:
        """See `Section.result_keys`; of the sections, those that the run reads."""
        read = {"stages", *self.sections}
        return {name: value for name, value in super().result_keys().items() if name in read}

    def __reduce__(self) -> tuple[Any, ...]:
        """By its content, because a class that was put together cannot be found by its name."""
        return _made_again, (self.stages, self.model_dump_json())


def config_type(recipe: Recipe) -> type[Config]:
    """The tree with the sections of all built-in stages and of those that `recipe` brings."""
    return _config_type(tuple(dict.fromkeys((*BUILT_IN, *recipe.stages))))


@cache
def _config_type(stages: tuple[type[Stage], ...]) -> type[Config]:
    fields: dict[str, Any] = {
        stage.spec.name: (
            stage.section,
            Field(default_factory=stage.section, description=_purpose(stage)),
        )
        for stage in stages
    }
    # Between the head and the rest, so that the tree reads in the order of the run.
    bases: Any = (Config, create_model("_Stages", __base__=_Head, **fields))
    tree: Any = create_model("Config", __base__=bases, __doc__=Config.__doc__)
    return cast("type[Config]", tree)


def _purpose(stage: type[Stage]) -> str:
    return (stage.section.__doc__ or "").strip().partition("\n")[0]


def _made_again(stages: tuple[str, ...], data: str) -> Config:
    return config_type(Recipe.of(stages)).model_validate_json(data, strict=True)
