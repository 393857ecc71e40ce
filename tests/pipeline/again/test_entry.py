"""A row that enters late is as it was there before, and brings nothing of what came later."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.again.entry import Entry, OlderRows
from pipeline.dataset.cuts import record_cut
from pipeline.dataset.folder import DatasetFolder
from pipeline.recipe import FULL, Recipe
from stages.faults import SetupError
from stages.rows import Row, to_table
from tests.pipeline.conftest import annotation, utterance

RECIPE = Recipe.of(FULL, ["visual_tokens"])
TOKENS = np.arange(12, dtype=np.float16).reshape(3, 4)


def _dataset(place: Path, **changes: Any) -> DatasetFolder:
    folder = DatasetFolder(str(place))
    said = [utterance(0, 1.0, 4.0, speaker_track=2, speaker_score=0.5)]
    kept = {
        "kept_visual_tokens": TOKENS,
        "kept_frame_times_s": [0.5, 1.0],
        "kept_warnings": ["of the transcript", "of a face"],
    }
    row = annotation(
        "clip",
        utterances=said,
        warnings=["of the transcript", "of a face", "of the answer"],
        **{**kept, **changes},
    )
    table = to_table([annotation("other"), row], RECIPE.annotation_schema)
    folder.write_table("annotations/part-1.parquet", table, 1)
    return folder


def _enter(folder: DatasetFolder, stage: str, video_id: str = "clip") -> Row:
    older = OlderRows(Entry(stage, folder.location, stage == "generate"), RECIPE)
    identity = {"video_id": video_id, "window_index": 0, "window_id": f"{video_id}#0"}
    return older({**identity, "uri": "/videos/clip.mp4", "start_s": None})


def test_before_generate_it_has_its_tokens_its_faces_and_what_was_warned_of_till_then(
    tmp_path: Path,
) -> None:
    row = _enter(_dataset(tmp_path), "generate")
    assert row["visual_tokens"].dtype == np.float16
    np.testing.assert_array_equal(row["visual_tokens"], TOKENS)
    np.testing.assert_array_equal(row["kept_visual_tokens"], TOKENS)  # and keeps them
    assert row["frame_times_s"] == [0.5, 1.0]
    assert row["warnings"] == ["of the transcript", "of a face"]
    assert row["faces"][0]["coverage"] == pytest.approx(0.97)
    (said,) = row["utterances"]
    assert (said["text"], said["speaker_track"]) == ("I ran all the way.", 2)
    assert "labels" not in said
    assert "description" not in row
    assert set(row["timings"]) == set(FULL[:-1])
    assert row["start_s"] == 0.0  # what is not given is as it was


def test_before_decode_it_has_nothing_of_pictures(tmp_path: Path) -> None:
    row = _enter(_dataset(tmp_path), "decode")
    assert row["warnings"] == []  # of one window without a recorded cut nothing was warned of
    (said,) = row["utterances"]
    assert "speaker_track" not in said
    assert not {"faces", "micro_events", "visual_tokens", "kept_visual_tokens"} & set(row)
    assert set(row["timings"]) == {"transcribe", "segment"}


def test_a_recorded_cut_says_how_a_window_began(tmp_path: Path) -> None:
    folder = _dataset(tmp_path)
    began = annotation("clip", warnings=["of the transcript"], language="fr")
    record_cut(folder, [began], RECIPE.cut_schema)
    row = _enter(folder, "decode")
    assert row["warnings"] == ["of the transcript"]
    assert row["language"] == "fr"


def test_a_window_that_is_not_there_ends_the_run(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="gone#0 is no longer there"):
        _enter(_dataset(tmp_path), "generate", "gone")
