"""`microemo annotate --dry-run`: what would be done, and nothing done."""

import json
from pathlib import Path

import pytest

from jobs.command import main
from tests.clips import write_clip
from tests.pipeline.conftest import annotation, failure, write_folder

SRT = "1\n00:00:00,100 --> 00:00:00,900\nHello.\n"


@pytest.fixture
def videos(tmp_path: Path) -> Path:
    folder = tmp_path / "videos"
    folder.mkdir()
    for name in ("bare", "titled", "broken"):
        write_clip(folder / f"{name}.mp4", seconds=0.4)
    (folder / "titled.en.srt").write_text(SRT)
    (folder / "broken.csv").write_text("a,b\n1,2\n")
    return folder


def _plans(videos: Path, *options: str, capsys: pytest.CaptureFixture[str]) -> dict[str, dict]:
    out = str(videos.parent / "out")
    assert main(["annotate", str(videos), "--out", out, "--dry-run", "--json", *options]) == 0
    return {plan["video_id"]: plan for plan in json.loads(capsys.readouterr().out)}


def test_each_video_has_a_plan_with_the_transcript_that_a_run_would_take(
    videos: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plans = _plans(videos, capsys=capsys)
    assert {plan["state"] for plan in plans.values()} == {"annotate"}
    assert plans["titled.mp4"]["transcript"] == f"{videos}/titled.en.srt (1 lines)"
    assert plans["bare.mp4"]["transcript"] == (
        "none: subtitles inside the video, else voice activity, no text"
    )
    assert "broken.csv beside it" in plans["broken.mp4"]["transcript"]
    assert not (videos.parent / "out").exists()


def test_a_table_for_all_videos_is_held_against_them(
    videos: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = videos.parent / "all.csv"
    table.write_text("name,sentence\nbare,Hi\nelsewhere,Ho\n")
    out = str(videos.parent / "out")
    arguments = ["annotate", str(videos), "--out", out, "--dry-run", "--json"]
    assert main([*arguments, "--transcripts", str(table)]) == 0
    shown = capsys.readouterr()
    plans = {plan["video_id"]: plan["transcript"] for plan in json.loads(shown.out)}
    assert plans["bare.mp4"] == f"{table} (1 lines)"
    assert plans["titled.mp4"].startswith(f"{videos}/titled.en.srt (1 lines); all.csv, given by")
    told = " ".join(shown.err.split())
    assert "has lines for 1 of 3 videos" in told
    assert "no line for 2 videos: broken.mp4, titled.mp4" in told
    assert "1 of its 2 lines are of no video here: elsewhere (line 3)" in told


def test_a_limit_takes_the_first(videos: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert list(_plans(videos, "--limit", "2", capsys=capsys)) == ["bare.mp4", "broken.mp4"]


def test_shares_take_each_video_once_and_a_limit_counts_within_them(
    videos: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shares = [list(_plans(videos, "--shard", f"{at}/2", capsys=capsys)) for at in (1, 2)]
    assert sorted(shares[0] + shares[1]) == ["bare.mp4", "broken.mp4", "titled.mp4"]
    most = max(shares, key=len)
    asked = f"{shares.index(most) + 1}/2"
    assert list(_plans(videos, "--shard", asked, "--limit", "1", capsys=capsys)) == most[:1]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--shard", "3/2"), "argument --shard: '3/2' is no share"),
        (
            ("--retry-failed", "worker_dead"),
            "worker_dead is no kind of failure; there are",
        ),
    ],
)
def test_a_share_and_a_kind_that_there_are_not_are_wrong_usage(
    options: tuple[str, ...], told: str, videos: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["annotate", str(videos), "--out", "out", "--dry-run", *options])
    assert told in capsys.readouterr().err


def test_what_a_dataset_holds_is_passed_over(
    videos: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    places = {name: str(videos / name) for name in ("bare.mp4", "broken.mp4")}
    done = [annotation("bare.mp4", index, 3, uri=places["bare.mp4"]) for index in (0, 2)]
    failed = [failure("broken.mp4", uri=places["broken.mp4"])]
    write_folder(videos.parent / "out", done, failures=failed, record=None)
    plans = _plans(videos, capsys=capsys)
    assert plans["broken.mp4"]["state"] == "pass over: it is done, with failures"
    assert plans["bare.mp4"]["state"] == "annotate 1 of 3 windows"
    assert plans["titled.mp4"]["state"] == "annotate"


def test_a_person_sees_a_table_and_that_nothing_was_written(
    videos: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = videos.parent / "out"
    assert main(["annotate", str(videos), "--out", str(out), "--dry-run"]) == 0
    shown = capsys.readouterr().out
    assert "titled.en.srt (1 lines)" in shown
    assert "3 videos, 0 of them done, with transcribe -> segment -> decode" in shown
    assert "nothing was written" in shown
    assert not out.exists()


def test_a_preview_makes_the_checks_of_a_run(
    videos: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = ["--set", "model.path=/nowhere", "--dry-run"]
    assert main(["annotate", str(videos), "--out", str(videos.parent / "out"), *wrong]) == 1
    assert "there is no folder /nowhere" in capsys.readouterr().err


def test_a_folder_of_another_configuration_is_refused_as_by_a_run(
    videos: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = videos.parent / "out"
    write_folder(out, [annotation("bare.mp4")])
    assert main(["annotate", str(videos), "--out", str(out), "--dry-run"]) == 1
    assert "was made with another configuration" in capsys.readouterr().err
