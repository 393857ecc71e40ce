"""What is learnt from clips with truth."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from jobs.synthesize.clip import make_clip
from jobs.synthesize.order import ClipOrder
from jobs.synthesize.spotter.gathering import gather
from pipeline.evaluation.truth_columns import TRUTH_COLUMNS, TRUTH_FILE
from stages.evidence.spotter.network import KINDS, UNITS
from stages.faults import SetupError


def _set(folder, split, numbers):
    folder.mkdir()
    rows = [
        row
        for number in numbers
        for row in make_clip(ClipOrder(split, 3, number, 192), folder).rows
    ]
    pq.write_table(pa.Table.from_pylist(rows, TRUTH_COLUMNS), folder / TRUTH_FILE)
    return rows


@pytest.mark.slow
def test_faces_of_clips_are_told_what_they_show_and_when(tmp_path):
    rows = _set(tmp_path / "clips", "train", range(4))
    found = gather([tmp_path / "clips"])
    assert found
    told = np.zeros(len(KINDS))
    for lesson in found:
        samples = len(lesson.signals.times_s)
        assert lesson.truth.shape == (samples, len(KINDS), 1 + len(UNITS))
        under_way, units = lesson.truth[:, :, 0], lesson.truth[:, :, 1:]
        assert ((units.max(axis=2) == 1) <= (under_way == 1)).all()
        assert all(under_way[at, KINDS.index("micro")] == 1 for at in lesson.brief)
        told += under_way.max(axis=0)
    shown = {event["kind"] for row in rows for event in row["events"] if event["in_view"]}
    assert {kind for kind, many in zip(KINDS, told, strict=True) if many} <= shown
    assert told.sum() > 0


def test_a_folder_without_truth_is_named(tmp_path):
    with pytest.raises(SetupError, match=r"no truth\.parquet there"):
        gather([tmp_path])


def test_clips_to_test_on_are_not_learnt_from(tmp_path):
    rows = [{"video_id": "test-000000.mp4", "split": "test"}]
    pq.write_table(pa.Table.from_pylist(rows, TRUTH_COLUMNS), tmp_path / TRUTH_FILE)
    with pytest.raises(SetupError, match="of the split test; name one of train"):
        gather([tmp_path])
