"""Recipes: what follows from the stages of a run, and what makes no run."""

from typing import ClassVar

import pyarrow as pa
import pytest

from pipeline.recipe import BUILT_IN, FULL, Recipe, RecipeError
from stages.contract import StageSpec
from stages.rows import (
    ANNOTATION_COLUMNS,
    FAILURE_COLUMNS,
    KEPT,
    KEPT_TOKENS,
    SINK_COLUMNS,
    TENSORS,
    Row,
)
from stages.section import Section
from stages.stage import Stage

FRONT = ("transcribe", "segment", "decode", "faces", "evidence")


class Luma(Stage):
    """A stage of somebody's own, with a column of its own."""

    section = Section
    spec: ClassVar[StageSpec] = StageSpec(
        name="luma",
        reads=("analysis_frames",),
        writes=("luma",),
        columns={"luma": pa.float32()},
    )

    def process(self, rows: list[Row]) -> list[Row]:
        return [{**row, "luma": row["analysis_frames"].mean()} for row in rows]


class Untyped(Luma):
    """Writes a column whose type nobody gives."""

    spec: ClassVar[StageSpec] = StageSpec("luma", ("analysis_frames",), ("luma",))


HERE = __name__


def test_the_full_road_reads_what_it_writes_and_leaves_what_is_written() -> None:
    recipe = Recipe.of(FULL)
    assert recipe == Recipe(BUILT_IN)
    last = {*recipe.columns_after(FULL[-1]), *SINK_COLUMNS}
    of_others = {*KEPT, *KEPT_TOKENS, "label_stated", "agreement_fast_slow"}
    written = tuple(name for name in ANNOTATION_COLUMNS if name not in of_others)
    assert set(written) <= last
    assert set(FAILURE_COLUMNS) <= last
    assert not last & TENSORS
    assert tuple(recipe.annotation_schema.names) == written


def test_the_front_half_has_tracks_and_events_and_no_emotion() -> None:
    columns = Recipe.of(FRONT).annotation_schema
    assert {"faces", "face_strip", "utterances", "detector"} <= set(columns.names)
    assert {"micro_events", "face_events", "face_curves"} <= set(columns.names)
    emotion = {"description", "labels", "label_confidence", "abstained", "model"}
    assert not emotion & set(columns.names)
    assert not emotion & {field.name for field in columns.field("utterances").type.value_type}
    assert [field.name for field in columns.field("timings").type] == list(FRONT)
    assert not TENSORS & set(columns.names)


@pytest.mark.parametrize("front", [FRONT, FRONT[:-1]])
def test_a_run_that_keeps_has_the_kept_columns_and_no_others_of_their_kind(
    front: tuple[str, ...],
) -> None:
    recipe = Recipe.of((*front, "keep"))
    added = set(recipe.annotation_schema.names) - set(Recipe.of(front).annotation_schema.names)
    assert added == set(KEPT)
    assert TENSORS & set(recipe.columns_after("keep")) == TENSORS & set(KEPT)
    assert not TENSORS & set(recipe.cut_schema.names)


def test_a_stage_of_ones_own_adds_its_column() -> None:
    recipe = Recipe.of(("transcribe", "segment", "decode", f"{HERE}:Luma", "faces"))
    assert recipe.names == ("transcribe", "segment", "decode", "luma", "faces")
    assert recipe.annotation_schema.field("luma").type == pa.float32()
    assert "luma" in recipe.schema_after("luma").names
    assert "luma" not in recipe.schema_after("decode").names


def test_what_is_recorded_of_a_cut_holds_no_tensors() -> None:
    names = set(Recipe.of(FULL).cut_schema.names)
    assert {"video_id", "window_index", "utterances", "media"} <= names
    assert not names & TENSORS


@pytest.mark.parametrize(
    ("stages", "said"),
    [
        (("transcribe", "segment", "faces"), "faces reads analysis_frames.*decode gives"),
        (("transcribe", "transcribe", "segment"), "transcribe stands there twice"),
        (("transcribe", "segment", "decode", "keep"), "keep reads crops.*faces or evidence gives"),
        ((*FRONT, "keep", "encode"), "encode reads frames"),
        (("transcribe", "segment", "kep"), "nearest: keep"),
        (("transcribe",), r"must make windows.*segment"),
        (("segment",), "segment reads media"),
        (("decode", "transcribe", "segment"), "decode takes rows of windows.*behind segment"),
        (("segment", "transcribe"), "transcribe takes rows of videos.*before segment"),
        (("transcribe", "segmant"), "nearest: segment"),
        (("transcribe", "segment", "no.such.module:X"), "cannot be imported.*PYTHONPATH"),
        (("transcribe", "segment", f"{HERE}:Nothing"), "cannot be imported"),
        (("transcribe", "segment", f"{HERE}:Row"), "is not a stage"),
        (("transcribe", "segment", "decode", f"{HERE}:Untyped"), "whose type nobody gives"),
    ],
)
def test_what_makes_no_run_is_named(stages: tuple[str, ...], said: str) -> None:
    with pytest.raises(RecipeError, match=said):
        Recipe.of(stages)


def test_what_the_run_must_supply_is_known() -> None:
    assert Recipe.of(FULL).needs("model")
    assert not Recipe.of(FRONT).needs("model")
    assert Recipe.of(FRONT).needs("identity")


def test_visual_tokens_are_kept_where_they_are_made_with_what_goes_with_them() -> None:
    recipe = Recipe.of(FULL, ["visual_tokens"])
    assert {*KEPT_TOKENS} <= {*recipe.columns_after("pool")}
    assert not {*KEPT_TOKENS} & {*recipe.columns_after("encode")}
    assert {*recipe.annotation_schema.names} == {
        *Recipe.of(FULL).annotation_schema.names,
        *KEPT_TOKENS,
    }
    assert recipe.kept_behind("pool") == KEPT_TOKENS
    assert recipe.kept_behind("generate") == {}
    with pytest.raises(RecipeError, match="visual_tokens cannot be kept: no stage of the run"):
        Recipe.of(FRONT, ["visual_tokens"])
