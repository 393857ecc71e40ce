"""Tables that were exported for training are read by our own training."""

from collections.abc import Callable
from pathlib import Path

from pipeline.dataset.folder import DatasetFolder
from pipeline.export.order import Order
from pipeline.export.run import export
from pipeline.labelled import read_labelled
from pipeline.reviews.decision import Decision
from tests.pipeline.export.hard_texts import HARD_DESCRIPTION


def test_labels_and_reasons_of_mer_tables_meet_again(
    spoken_run: DatasetFolder, decide: Callable[..., Decision], tmp_path: Path
) -> None:
    whole = {"utterance_index": None, "row_start_s": 0.0, "row_end_s": 10.0}
    said = {"labels": ["can't care", "joy"], "description": HARD_DESCRIPTION, "text": "So it is."}
    decide(video_id="b", verdict="corrected", **whole, **said)
    order = Order("mer-csv", where="video_id = 'b'", level="window", media="link")
    export(spoken_run, str(tmp_path / "out"), order)
    files = [str(tmp_path / "out" / f"train_{kind}.csv") for kind in ("openset", "reason")]
    (row,) = read_labelled(files).rows
    assert (row.video_id, row.labels) == ("b", ("can’t care", "joy"))
    assert row.description == HARD_DESCRIPTION
