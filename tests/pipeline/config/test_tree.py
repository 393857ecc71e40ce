"""The tree: documented to the last key, and made of the sections of the stages."""

import pickle
from collections.abc import Iterator

import pytest
from pydantic import BaseModel

from pipeline.config import load_config
from pipeline.config.tree import config_type
from pipeline.recipe import BUILT_IN, Recipe, RecipeError
from stages.decode import DecodeConfig

TREE = config_type(Recipe(BUILT_IN))


def _sections(tree: type[BaseModel]) -> Iterator[type[BaseModel]]:
    yield tree
    for field in tree.model_fields.values():
        for kind in (field.annotation, *getattr(field.annotation, "__args__", ())):
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                yield from _sections(kind)


def test_every_key_has_a_description() -> None:
    silent = [
        f"{section.__name__}.{name}"
        for section in _sections(TREE)
        for name, field in section.model_fields.items()
        if not field.description
    ]
    assert silent == []


def test_unknown_keys_are_refused_and_values_stand_in_every_section() -> None:
    for section in _sections(TREE):
        assert section.model_config.get("extra") == "forbid"
        assert section.model_config.get("frozen") is True


def test_the_sections_stand_in_the_order_of_the_run() -> None:
    stages = [stage.spec.name for stage in BUILT_IN]
    assert list(TREE.model_fields) == ["stages", *stages, "model", "lanes", "limits", "sink"]


def test_a_run_reads_the_sections_of_its_stages_alone() -> None:
    config = load_config("tiny", ["stages=[transcribe,segment]"])
    assert list(config.sections) == ["transcribe", "segment"]
    assert list(config.result_keys()) == ["stages", "transcribe", "segment"]
    assert config.section(DecodeConfig).max_frames == 16  # there all the same


def test_keys_of_place_and_pace_decide_nothing() -> None:
    keys = load_config().result_keys()
    assert "lanes" not in keys
    assert set(keys["model"]) == {"dtype"}
    assert "device" not in keys["faces"]
    assert keys["faces"]["detect_fps"] == 3


@pytest.mark.parametrize("overrides", [[], ["decode.max_frames=7", "lanes.0.cpus=0.2"]])
def test_a_tree_crosses_to_another_process(overrides: list[str]) -> None:
    config = load_config("tiny", overrides)
    assert pickle.loads(pickle.dumps(config)) == config


def test_a_tree_for_other_stages_keeps_what_a_person_chose() -> None:
    full = load_config("tiny", ["faces.detect_fps=4", "lanes.1.cpus=0.7", "sink.part_rows=9"])
    front = ("transcribe", "segment", "decode", "faces", "keep")
    written = f"stages=[{','.join(front)}]"
    assert full.with_stages(front) == load_config(
        "tiny", [written, "faces.detect_fps=4", "lanes.1.cpus=0.7", "sink.part_rows=9"]
    )
    assert full.with_stages(full.stages) == full
    with pytest.raises(RecipeError, match="keep reads crops"):
        full.with_stages(("transcribe", "segment", "decode", "keep"))


def test_a_tree_for_other_stages_loses_sections_and_lanes_of_ones_own() -> None:
    front = "transcribe,segment,decode"
    own = "tests.pipeline.test_recipe:Luma"
    lanes = f"lanes=[{{stages: [{front}]}}, {{stages: [luma]}}, {{stages: [faces]}}]"
    config = load_config("tiny", [f"stages=[{front},{own},faces]", lanes])
    without = config.with_stages((*front.split(","), "faces"))
    assert "luma" not in type(without).model_fields
    assert [lane.name for lane in without.lanes] == ["transcribe+segment+decode", "faces"]
