"""`microemo bench resume`: the folder that it makes is one that a run could have left."""

import json
from pathlib import Path

import pytest

from jobs.bench.large_run import Corpus, write_large_run
from jobs.command import main
from pipeline.config import load_config
from pipeline.dataset.cuts import read_cuts
from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.ledger import Ledger
from pipeline.manifest import resolve_inputs
from tests.clips import write_clip

FRONT = ("stages=[transcribe,segment,decode]", "lanes=[{stages: [transcribe], cpus: 1}]")
WINDOW = {"micro_events": None, "start_s": 0.0, "end_s": 1.0}


def test_every_second_video_has_one_window_and_the_others_share_the_rest(tmp_path: Path) -> None:
    corpus = Corpus.of(tmp_path, windows=1000, videos=101)
    assert corpus.counts.sum() == 1000
    assert set(corpus.counts[::2]) == {1}
    assert set(corpus.counts[1::2]) == {18, 19}


def test_a_resume_owes_what_was_not_begun_and_the_rest_of_what_was_stopped(tmp_path: Path) -> None:
    corpus = Corpus.of(tmp_path / "videos", windows=1200, videos=200)
    folder = DatasetFolder(str(tmp_path / "out"))
    write_large_run(folder, corpus, load_config("tiny", FRONT), [WINDOW])
    sources = resolve_inputs([str(corpus.write_list())]).rows
    assert [row["video_id"] for row in sources] == corpus.ids
    ledger = Ledger.read(folder)
    ledger.check_video_ids(sources)
    not_begun, half_done = [7, 107], [93, 193]
    unfinished = [row["video_id"] for row in sources if not ledger.progress(row["video_id"]).done]
    assert unfinished == [corpus.ids[at] for at in sorted(not_begun + half_done)]
    owed = list(ledger.owed(sources, read_cuts(folder, unfinished)))
    missing = sum(corpus.counts[at] - corpus.counts[at] // 2 for at in half_done)
    assert len(owed) == len(not_begun) + missing
    assert sum("window_id" in row for row in owed) == missing
    assert sum(ledger.progress(name).failed_whole for name in corpus.ids) == 2


@pytest.mark.slow
def test_each_step_is_timed_with_its_memory(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clip, file = write_clip(tmp_path / "clip.mp4", seconds=1), tmp_path / "figures.json"
    settings = [word for key in FRONT for word in ("--set", key)]
    made = ("--windows", "400", "--of", "100", "--json", str(file))
    assert main(["bench", "resume", str(clip), *made, *settings]) == 0
    steps = json.loads(file.read_text())
    assert [step["name"].partition(":")[0] for step in steps] == [
        *["start"] * 4,
        "status",
        *["end"] * 3,
    ]
    assert all(step["seconds"] > 0 and step["peak_mib"] > 10 for step in steps)
    assert "400 windows of 100 videos" in capsys.readouterr().out


def test_fewer_windows_than_videos_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "resume", "--windows", "3", "--of", "9"]) == 1
    assert "--windows 3: fewer than the 9 of --of" in capsys.readouterr().err
