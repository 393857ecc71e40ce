"""`microemo bench evidence`: clips with known truth through the front half."""

from pathlib import Path
from typing import ClassVar

import pytest

from jobs.bench.front_half import DETECTION, through_front_half
from jobs.command import main
from jobs.synthesize.clip import make_clip
from jobs.synthesize.order import ClipOrder
from pipeline.config import load_config
from pipeline.evaluation.events.films import true_films
from pipeline.evaluation.events.scoring import score_events
from pipeline.manifest import resolve_inputs
from pipeline.plain_loop import build_stage
from stages.contract import StageSpec
from stages.faces import FacesConfig
from stages.rows import Row
from stages.section import Section
from stages.stage import Stage


class _Told(Stage):
    """Spots what it was told of a video, and nothing else."""

    section = Section
    spec: ClassVar[StageSpec] = StageSpec(
        name="evidence", reads=("faces",), writes=("micro_events", "face_events")
    )

    def __init__(self, events: dict[str, list[Row]]) -> None:
        self._events = events

    def process(self, rows: list[Row]) -> list[Row]:
        return [self._found(row) for row in rows]

    def _found(self, row: Row) -> Row:
        shown = self._events[row["video_id"]]
        return {
            **row,
            "micro_events": [one for one in shown if one["kind"] == "micro"],
            "face_events": [one for one in shown if one["kind"] != "micro"],
        }


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Row]]:
    """A clip of which the front half finds out everything, and one that is no video."""
    folder = tmp_path_factory.mktemp("clips")
    rows: list[Row] = list(make_clip(ClipOrder("dev", 3, 0, 128), folder).rows)
    (folder / "dev-000001.mp4").write_bytes(b"no video")
    return folder, rows


@pytest.mark.slow
def test_clips_are_spotted_and_timed(clips: tuple[Path, list[Row]]) -> None:
    folder, rows = clips
    events: list[Row] = [event for row in rows for event in row["events"]]
    config = load_config("tiny", [])
    stages = [build_stage(name, config) for name in ("transcribe", "segment", "decode", "faces")]
    told = _Told({"dev-000000.mp4": events})
    found = through_front_half(
        resolve_inputs([str(folder)]).rows, [*stages, told], config.section(FacesConfig)
    )
    scores = score_events(true_films(rows), found.films, seed=0)
    assert scores.unsearched == ()
    for kind in ("micro", "macro", "blink"):
        assert scores.by_kind[kind].found == scores.by_kind[kind].true
    assert found.failed[0].startswith("dev-000001.mp4: ")
    assert len(found.failed) == 1
    assert 2 < found.seconds < 21
    assert list(found.cpu_s) == [
        DETECTION,
        *("transcribe", "segment", "decode", "faces", "evidence"),
    ]
    assert 0 < found.cpu_s[DETECTION] < found.cpu_s["decode"] + found.cpu_s["faces"]
    assert found.ratio is not None
    assert found.ratio > 0


def test_a_recipe_that_spots_nothing_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recipe = "stages=[transcribe,segment,decode,faces]"
    assert main(["bench", "evidence", str(tmp_path), "--set", recipe]) == 1
    assert "none of them is evidence, which spots events" in capsys.readouterr().err
