"""The driver: what it tells on the way, and what it says of itself at the end."""

import os
from pathlib import Path
from typing import Any

import pytest

from pipeline.config import load_config
from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.record import Origin
from pipeline.manifest import resolve_inputs
from pipeline.run import annotate
from stages.faults import SetupError
from tests.clips import write_clip

ORIGIN = Origin("tiny", ["microemo"], ["videos"])


class Recorder:
    """Keeps what a run tells."""

    def __init__(self) -> None:
        self.told: list[tuple[Any, ...]] = []

    def began(self, videos: int, done_before: int) -> None:
        self.told.append(("began", videos, done_before))

    def phase(self, text: str) -> None:
        self.told.append(("phase", text))

    def row(self, row: dict[str, Any], done: float, failed: int) -> None:
        self.told.append(("row", row["video_id"], round(done, 6), failed))

    def tick(self, waited_s: float) -> None:
        assert waited_s >= 0


def test_a_run_tells_of_every_row_and_counts_what_it_wrote(tmp_path: Path) -> None:
    videos = tmp_path / "videos"
    videos.mkdir()
    write_clip(videos / "long.mp4", seconds=65, fps=1)
    (videos / "empty.mp4").touch()
    stages = "[transcribe, segment, decode, faces]"
    config = load_config("tiny", [f"stages={stages}", f"lanes=[{{stages: {stages}, cpus: 1}}]"])
    output, watcher = DatasetFolder(str(tmp_path / "out")), Recorder()
    sources = resolve_inputs([str(videos)]).rows
    outcome = annotate(sources, config, output, watcher, ORIGIN)
    assert (outcome.videos, outcome.videos_failed) == (2, 1)
    assert outcome.annotations == 3
    assert outcome.failure_kinds == {"empty_file": 1}
    assert outcome.log_file == tmp_path / "out" / "run.log"
    assert watcher.told[0] == ("began", 2, 0)
    rows = [told for told in watcher.told if told[0] == "row"]
    assert len(rows) == 4
    assert rows[-1][2:] == (2.0, 1)
    assert [row[2] for row in rows] == sorted(row[2] for row in rows)

    again = Recorder()
    outcome = annotate(sources, config, output, again, ORIGIN)
    assert again.told == [("began", 2, 2)]
    assert (outcome.annotations, outcome.videos_failed) == (0, 1)
    assert os.environ.get("RAY_ADDRESS") is None

    write_clip(videos / "long.mp4", seconds=70, fps=1)
    sources = resolve_inputs([str(videos)]).rows
    with pytest.raises(SetupError, match=r"1 of the videos are other files(.|\n)*long\.mp4"):
        annotate(sources, config, output, Recorder(), ORIGIN)
