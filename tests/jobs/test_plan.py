"""`microemo plan`: what a run would take, and what it would stumble over."""

import json
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest

from jobs.command import main
from pipeline.lanes import cpus_at_hand
from tests.clips import tone, write_clip
from tests.object_store import object_store
from tests.pipeline.planning.corpus import write_corpus

WITHIN = 0.25


@pytest.fixture
def videos(tmp_path: Path) -> Path:
    folder = tmp_path / "videos"
    folder.mkdir()
    for number in range(7):
        write_clip(folder / f"silent{number}.mp4", seconds=1 + number / 10)
    write_clip(folder / "heard.mp4", seconds=1, audio=tone())
    (folder / "empty.mp4").write_bytes(b"")
    return folder


def test_files_alone_are_looked_at_and_a_bad_one_stops_nothing(
    videos: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plan", str(videos), "--windows", "0"]) == 0
    told = capsys.readouterr().out
    assert "9, of which 1 will fail" in told
    assert "not estimated: no window was to be tried" in told
    assert "1 will fail as empty_file" in told
    assert "and 2 more; --json names all" in told


def test_json_names_every_file(videos: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = videos.parent / "all.csv"
    table.write_text("name,sentence\nheard,Hi\nelsewhere,Ho\n")
    given = [str(videos), "--windows", "0", "--json", "--transcripts", str(table)]
    assert main(["plan", *given, "--cpus", "16"]) == 0
    told = json.loads(capsys.readouterr().out)
    kinds = {finding["kind"]: finding for finding in told["findings"]}
    assert len(kinds["no_sound"]["files"]) == 7
    assert kinds["empty_file"]["files"][0]["uri"] == str(videos / "empty.mp4")
    assert "all.csv, given by --transcripts" in kinds["transcript_warning"]["files"][0]["detail"]
    assert told["forecast"] is None
    assert told["machine"]["cpus"] == 16
    assert any("elsewhere" in note for note in told["notes"])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--price-per-gpu-hour", "2"], "the run has no GPU"),
        (["--preset", "llama2-7b", "--gpus", "0"], "lanes: they need"),
    ],
)
def test_what_cannot_be_planned_is_refused_by_name(
    videos: Path, options: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plan", str(videos), "--windows", "0", *options]) == 1
    assert said in capsys.readouterr().err


def test_a_wrong_price_is_wrong_usage(videos: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["plan", str(videos), "--price-per-gpu-hour", "free"])
    assert ended.value.code == 2
    assert "is no price" in capsys.readouterr().err


@pytest.mark.slow
def test_what_a_run_would_take_is_told_with_what_it_rests_on(
    videos: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recipe = ["--set", "stages=[transcribe,segment,decode]"]
    assert main(["plan", str(videos), "--windows", "3", "--cpus", "8", *recipe]) == 0
    told = " ".join(capsys.readouterr().out.split())
    for words in (
        "windows about 8",
        "work: decode",
        "on 8 cores",
        "of it to start",
        "rows on disk",
    ):
        assert words in told
    assert "rests on 3 windows that were tried" in told
    assert "GPU-hours" not in told
    assert not (videos / "annotations").exists()


@pytest.mark.slow
def test_files_of_a_bucket_are_looked_at_as_those_of_a_folder(
    videos: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with object_store(monkeypatch) as store:
        bucket = store.bucket("corpus")
        for file in videos.iterdir():
            key = f"videos/{file.name}"
            store.client.put_object(Bucket="corpus", Key=key, Body=file.read_bytes())
        assert main(["plan", f"{bucket}/videos", "--windows", "0", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    kinds = {finding["kind"]: len(finding["files"]) for finding in told["findings"]}
    assert kinds == {"empty_file": 1, "no_sound": 7}
    assert told["bytes"] == _size(videos)


class Others:
    """What other programs have of the processors meanwhile, in seconds of one of them."""

    def __init__(self) -> None:
        self._is_over = threading.Event()
        self._own: dict[int, float] = {}
        self._before = _busy_s()
        self._watcher = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "Others":
        self._watcher.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._watcher.join()
        self.seconds = max(0.0, _busy_s() - self._before - sum(self._own.values()))

    def _watch(self) -> None:
        this = psutil.Process()
        began_s = sum(this.cpu_times()[:2])
        while not self._is_over.wait(0.3):
            for process in this.children(recursive=True):
                with suppress(psutil.Error):
                    self._own[process.pid] = sum(process.cpu_times()[:2])
            self._own[this.pid] = sum(this.cpu_times()[:2]) - began_s


def _busy_s() -> float:
    times = psutil.cpu_times()
    return float(times.user + times.nice + times.system)


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_the_time_that_is_told_is_within_a_quarter_of_the_time_that_a_run_takes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    films = tmp_path / "films"
    write_corpus(films, 60)
    assert main(["plan", str(films), "--json"]) == 0
    told: dict[str, Any] = json.loads(capsys.readouterr().out)["forecast"]
    with Others() as others:
        began = time.monotonic()
        assert main(["annotate", str(films), "--out", str(tmp_path / "out"), "--quiet"]) == 0
        taken_s = time.monotonic() - began
    # A run that has the machine to itself is what is told of.
    alone_s = taken_s - others.seconds / cpus_at_hand()
    likely_s = told["wall_s"]["likely"]
    shown = f"told {told}, taken {taken_s:.0f} s, of which {alone_s:.0f} s alone"
    print(shown)
    assert abs(likely_s - alone_s) < WITHIN * alone_s, shown
    assert told["windows"] == pytest.approx(62, abs=4)
    assert told["rows_bytes"] == pytest.approx(_size(tmp_path / "out" / "annotations"), rel=0.5)


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.iterdir())
