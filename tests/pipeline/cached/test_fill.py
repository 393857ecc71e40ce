"""Filling a cache: which run it is, and that it holds what a plain loop gives."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.cached.fill import cache_config, failed_videos, fill
from pipeline.cached.windows import CachedWindows
from pipeline.config import load_config
from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.record import Origin
from pipeline.manifest import resolve_inputs
from pipeline.plain_loop import build_stage, chain
from stages.faults import SetupError
from stages.rows import KEPT, Row
from tests.pipeline.cached.conftest import STAGES, Write

SAMPLES = Path(__file__).parents[3] / "samples"
LUMA = "tests.pipeline.test_recipe:Luma"


class Silent:
    """Hears how a run goes, and minds only what failed."""

    def __init__(self) -> None:
        self.rows: list[str] = []

    def began(self, videos: int, done_before: int) -> None: ...
    def phase(self, text: str) -> None: ...
    def tick(self, waited_s: float) -> None: ...

    def row(self, row: dict[str, Any], done: float, failed: int) -> None:
        self.rows.append(row["video_id"])


@pytest.mark.parametrize("preset", ["tiny", "llama2-7b"])
def test_the_run_is_the_front_half_and_keeps(preset: str) -> None:
    config = cache_config(load_config(preset))
    assert config == load_config(preset, [STAGES, "sink.part_rows=8"])
    assert config == cache_config(config)
    assert "model" not in config.result_keys()


def test_fewer_rows_a_file_stay_as_they_are() -> None:
    assert cache_config(load_config("tiny", ["sink.part_rows=2"])).sink.part_rows == 2


def test_stages_of_ones_own_before_the_model_stay() -> None:
    names = f"transcribe,segment,decode,{LUMA},faces,encode,pool,generate"
    config = cache_config(load_config("tiny", [f"stages=[{names}]"]))
    assert config.recipe.names == ("transcribe", "segment", "decode", "luma", "faces", "keep")
    assert [lane.name for lane in config.lanes][-1] == "decode+luma+faces+keep"


def test_stages_that_find_no_faces_are_refused() -> None:
    with pytest.raises(SetupError, match=r"stages: keep reads crops.*faces"):
        cache_config(load_config("tiny", ["stages=[transcribe,segment,decode]"]))


def _failed(video_id: str, window_id: str | None, message: str) -> Row:
    error = {"stage": "decode", "kind": "no_frames", "message": message}
    return {"video_id": video_id, "window_id": window_id, "error": error}


def test_failed_videos_are_told_with_what_is_missing_of_them(cache: Write) -> None:
    rows = [_failed("b", "b#1", "p"), _failed("a", None, "q"), _failed("b", "b#0", "r")]
    told = failed_videos(DatasetFolder(cache([*rows, rows[0]])))
    assert list(told) == ["a", "b"]
    assert [(failure.row, failure.message) for failure in told["b"]] == [("b#1", "p"), ("b#0", "r")]
    assert (told["a"][0].row, told["a"][0].kind) == ("a", "no_frames")


@pytest.mark.slow
def test_what_a_run_caches_is_what_a_plain_loop_gives_and_is_made_once(tmp_path: Path) -> None:
    videos = tmp_path / "videos"
    videos.mkdir()
    (videos / "empty.mp4").touch()
    for name in ("context.mp4", "context.srt"):
        (videos / name).symlink_to(SAMPLES / name)
    stages = STAGES.replace(",keep", "")
    config = load_config("tiny", [stages, f"lanes=[{{{stages.replace('=', ': ')}, cpus: 1}}]"])
    sources = resolve_inputs([str(videos)]).rows
    folder, watcher = DatasetFolder(str(tmp_path / "cache")), Silent()
    outcome = fill(sources, config, folder, watcher, Origin("tiny", [], []))
    assert (outcome.annotations, outcome.videos_failed) == (1, 1)
    assert [failure.kind for failure in failed_videos(folder)["empty.mp4"]] == ["empty_file"]

    (cached,) = CachedWindows(folder.location)
    plain = [build_stage(name, config) for name in config.recipe.names]
    (seen,) = (row for row in chain(plain, sources) if row.get("error") is None)
    for name in KEPT.values():
        np.testing.assert_array_equal(cached[name], seen[name])
    spoken = [(said["text"], said["start_s"]) for said in seen["utterances"]]
    assert [(said["text"], said["start_s"]) for said in cached["utterances"]] == spoken

    again = Silent()
    outcome = fill(sources, config, folder, again, Origin("tiny", [], []))
    assert (outcome.annotations, again.rows) == (0, [])
