"""`microemo bench speaker`: who is found to speak, beside the truth."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from jobs.command import main
from pipeline.evaluation.truth_columns import TRUTH_FILE


@pytest.mark.slow
def test_the_speakers_of_a_corpus_are_found(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    corpus, file = tmp_path / "corpus", tmp_path / "figures.json"
    made = ["synthesize", str(corpus), "--clips", "2", "--seed", "5", "--split", "dev", "--quiet"]
    assert main(made) == 0
    assert main(["bench", "speaker", str(corpus), "--json", str(file)]) == 0
    figures = json.loads(file.read_text())
    places = pq.read_table(corpus / TRUTH_FILE)["speaker_place"].to_pylist()
    assert figures["in view"]["utterances"] == len(places)
    assert figures["in view"]["right"] >= 0.9 * len(places)
    assert figures["ms_a_patch"] > 0
    assert "in view" in capsys.readouterr().out


@pytest.mark.parametrize(("is_there", "said"), [(True, "speaker_place"), (False, "cannot be read")])
def test_a_folder_that_does_not_tell_who_is_where_is_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, is_there: bool, said: str
) -> None:
    if is_there:
        pq.write_table(pa.table({"video_id": ["a.mp4"]}), tmp_path / TRUTH_FILE)
    assert main(["bench", "speaker", str(tmp_path)]) != 0
    shown = capsys.readouterr().err
    assert said in shown
    assert "microemo synthesize" in shown.replace("\n", " ")
