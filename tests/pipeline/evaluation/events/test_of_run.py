"""Events from the folder of a run and from truth.parquet to the verdict and its page."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.dataset.folder import DatasetFolder
from pipeline.evaluation.groups import own_groups
from pipeline.evaluation.page.build import page_of
from pipeline.evaluation.reading import read_predictions, read_truth
from pipeline.evaluation.truth_columns import TRUTH_COLUMNS
from pipeline.evaluation.verdict import Verdict, Yardsticks, judge
from pipeline.evaluation.wheels.own import own_wheels
from stages.faults import SetupError
from stages.rows import ANNOTATION_COLUMNS, Row, to_table
from tests.pipeline.evaluation.corpora import truth_rows, write_truth
from tests.rows import schema_of

VIDEOS = 6
_TIMES = {"onset_s": 1.0, "apex_s": 1.12, "offset_s": 1.28}


@pytest.fixture
def truth(tmp_path: Path) -> Path:
    """Two utterances a video; the first has a micro-expression, but for that of the last video."""
    rows = truth_rows(VIDEOS)
    for row in rows:
        is_shown = row["utterance_index"] == 0 and "5.mp4" not in row["video_id"]
        micro = {
            "person": "ANNA",
            "kind": "micro",
            "pattern": "happiness.smile",
            "action_units": [6, 12],
            "side": "both",
            **_TIMES,
            "intensity": 0.3,
            "in_view": True,
        }
        row |= {"speaker": "ANNA", "fps": 25.0, "events": [micro] if is_shown else []}
    folder = tmp_path / "clips"
    folder.mkdir()
    return write_truth(folder, rows)


@pytest.fixture
def run_of(
    write_run: Callable[..., DatasetFolder], make_annotation: Callable[..., Row]
) -> Callable[[Row], str]:
    """The folder of a run over all videos but one, with the given columns in every window."""

    def make(columns: Row) -> str:
        folder = write_run()
        rows = [make_annotation(f"dev-{at:06}.mp4", **columns) for at in range(VIDEOS) if at != 1]
        table = to_table(rows, schema_of(ANNOTATION_COLUMNS))
        folder.write_table("annotations/part-000.parquet", table)
        folder.write_table("failures/part-0.parquet", table.slice(0, 0))
        return folder.location

    return make


def _spotted(**changes: Any) -> Row:
    found = {"event_id": 0, "track_id": 0, "kind": "micro", "action_units": [12], **_TIMES}
    return {**found, "strip": b"\xff\xd8", **changes}


def _verdict(run: str, truth: Path) -> Verdict:
    yardsticks = Yardsticks(read_truth(str(truth)), own_wheels(), own_groups(), [], seed=0)
    return judge(read_predictions(run), yardsticks)


def test_what_a_run_spotted_is_scored(run_of: Callable[[Row], str], truth: Path) -> None:
    blink = _spotted(kind="blink", onset_s=5.0, apex_s=5.1, offset_s=5.2)
    verdict = _verdict(run_of({"micro_events": [_spotted()], "face_events": [blink]}), truth)
    events = verdict.events
    assert events is not None
    micro = events.by_kind["micro"]
    assert (micro.true, micro.found, micro.false) == (5, 4, 1)
    assert events.unsearched == ("dev-000001.mp4",)
    assert events.quiet["micro"].videos == 1
    assert events.quiet["micro"].a_minute is not None
    assert events.quiet["micro"].a_minute.value == pytest.approx(6.0)
    assert events.by_kind["blink"].false == 5
    assert events.units.jaccard is not None
    assert events.units.jaccard.value == pytest.approx(0.5)
    page = page_of(verdict)
    assert 'href="#events"' in page
    assert "not comparable" in page
    assert "Expressions by what else goes on" in page
    assert "dev-000001.mp4" in page


def test_a_run_that_did_not_look_is_not_scored(run_of: Callable[[Row], str], truth: Path) -> None:
    verdict = _verdict(run_of({"micro_events": None, "face_events": None}), truth)
    assert verdict.events is None
    assert "#events" not in page_of(verdict)


def test_a_run_that_found_nothing_is(run_of: Callable[[Row], str], truth: Path) -> None:
    verdict = _verdict(run_of({"micro_events": [], "face_events": []}), truth)
    assert verdict.events is not None
    assert verdict.events.by_kind["micro"].found == 0
    assert verdict.events.by_kind["micro"].precision is None


def test_a_truth_without_events_judges_none(run_of: Callable[[Row], str], tmp_path: Path) -> None:
    folder = tmp_path / "bare"
    folder.mkdir()
    bare = write_truth(folder, truth_rows(VIDEOS))
    run = run_of({"micro_events": [_spotted()], "face_events": []})
    assert _verdict(run, bare).events is None


def test_events_in_another_form_are_refused(tmp_path: Path) -> None:
    table = pa.Table.from_pylist(truth_rows(2), TRUTH_COLUMNS)
    at = table.schema.get_field_index("events")
    file = tmp_path / "truth.parquet"
    pq.write_table(table.set_column(at, "events", pa.array(["a"] * len(table))), file)
    with pytest.raises(SetupError, match=r"truth\.parquet: column events is string, not list"):
        read_truth(str(file))
