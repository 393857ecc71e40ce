"""How faces move without an expression, measured on clips with truth."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from jobs.synthesize.clip import make_clip
from jobs.synthesize.norms.clips import covariances
from jobs.synthesize.order import ClipOrder
from pipeline.evaluation.truth_columns import TRUTH_COLUMNS, TRUTH_FILE
from stages.evidence.movement.points import PLACES, named


@pytest.mark.slow
def test_faces_of_clips_give_covariances_in_which_speech_moves_the_mouth(tmp_path):
    rows = [
        row
        for number in range(2)
        for row in make_clip(ClipOrder("train", 3, number, 192), tmp_path).rows
    ]
    pq.write_table(pa.Table.from_pylist(rows, TRUTH_COLUMNS), tmp_path / TRUTH_FILE)
    found = covariances(tmp_path)
    assert set(found) == {"quiet_short", "quiet_long", "speaking_short", "speaking_long"}
    for covariance in found.values():
        assert covariance.shape == (2 * len(PLACES), 2 * len(PLACES))
        assert np.isfinite(covariance).all()
        assert np.linalg.eigvalsh(covariance).min() > -1e-4
    mouth = named("lower_lip")
    quiet, speaking = (
        np.diag(found[f"{setting}_short"]).reshape(-1, 2)[mouth].mean()
        for setting in ("quiet", "speaking")
    )
    assert speaking > 2 * quiet
