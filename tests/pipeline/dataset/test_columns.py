"""The columns of rows of two configurations in one folder."""

import pyarrow as pa
import pytest

from pipeline.dataset.columns import conformed, group_rows, joined
from pipeline.recipe import FULL, Recipe
from stages.faults import SetupError

FRONT = Recipe.of(FULL[:5]).annotation_schema
WHOLE = Recipe.of(FULL).annotation_schema
KEEPING = Recipe.of(FULL, ["visual_tokens"]).annotation_schema


@pytest.mark.parametrize(("ours", "others"), [(FRONT, WHOLE), (WHOLE, FRONT), (WHOLE, KEEPING)])
def test_both_are_there_down_to_the_fields_of_structs(ours: pa.Schema, others: pa.Schema) -> None:
    both = joined(ours, others)
    assert {*both.names} == {*ours.names, *others.names}
    said = {field.name for field in both.field("utterances").type.value_type}
    assert {"text", "labels"} <= said
    assert {field.name for field in both.field("timings").type} == {*FULL}
    assert joined(both, ours).equals(both)


def test_what_rows_lack_is_null() -> None:
    rows = pa.Table.from_pylist(
        [{"video_id": "a", "utterances": [{"text": "Hello."}], "timings": {"decode": 1.0}}],
        schema=pa.schema([FRONT.field(name) for name in ("video_id", "utterances", "timings")]),
    )
    (row,) = conformed(rows, WHOLE).to_pylist()
    assert (row["video_id"], row["labels"]) == ("a", None)
    (said,) = row["utterances"]
    assert (said["text"], said["labels"]) == ("Hello.", None)
    assert (row["timings"]["decode"], row["timings"]["generate"]) == (1.0, None)


def test_columns_that_do_not_go_together_are_told() -> None:
    with pytest.raises(SetupError, match="do not go into one folder"):
        joined(pa.schema([("x", pa.string())]), pa.schema([("x", pa.int32())]))


def test_rows_with_tokens_share_small_groups_and_others_large_ones() -> None:
    assert group_rows(WHOLE) is None
    assert group_rows(KEEPING) == 16
    assert group_rows(Recipe.of((*FULL[:5], "keep")).annotation_schema) == 1
