"""What `annotate --again` says of what it would make, without making it."""

import json
from pathlib import Path

import pytest

from jobs.command import main
from pipeline.config import load_config
from pipeline.dataset.cuts import record_cut
from pipeline.dataset.record import Origin, open_record
from pipeline.identity import identify, making_of
from stages.rows import Row
from tests.clips import write_clip
from tests.pipeline.conftest import annotation, write_folder

FRONT = "stages=[transcribe,segment,decode,faces]"


@pytest.fixture
def videos(tmp_path: Path) -> Path:
    """A film and a clip, and beside them a run that has annotated them."""
    folder = tmp_path / "videos"
    folder.mkdir()
    config = load_config("tiny", [FRONT])
    making = making_of(config, identify(config))
    rows: list[Row] = []
    for name, count in (("film", 2), ("clip", 1)):
        file = write_clip(folder / f"{name}.mp4", seconds=0.4)
        changes = {"uri": str(file), "config_hash": making.config_hash}
        rows += [annotation(f"{name}.mp4", at, count, **changes) for at in range(count)]
    output = write_folder(tmp_path / "out", rows, failures=[], record=None)
    record_cut(output, rows[:2], config.recipe.cut_schema)
    open_record(output, making, Origin("tiny", [], []), 2)
    return folder


def _asked(videos: Path, *options: str) -> int:
    out = str(videos.parent / "out")
    return main(["annotate", str(videos), "--out", out, "--set", FRONT, "--again", *options])


def test_a_dry_run_says_how_many_windows_of_which_stage_and_why(
    videos: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(videos.parent.rglob("*"))
    changed = ["--set", "faces.max_gap_s=0.25", "--dry-run"]
    assert _asked(videos, *changed) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "3 windows of 2 videos, from decode on (faces.max_gap_s: was 3.0, is 0.25)" in told
    assert "nothing was written" in told
    assert _asked(videos, *changed, "--json", "--where", "window_index = 1") == 0
    (group,) = json.loads(capsys.readouterr().out)
    assert (group["windows"], group["videos"], group["start"]["stage"]) == (1, 1, "decode")
    assert sorted(videos.parent.rglob("*")) == before


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], "no row of these videos was made with anything else"),
        (["--where", "false"], "no row of these videos is named by --where"),
    ],
)
def test_what_names_nothing_ends_well_with_a_line(
    options: list[str], said: str, videos: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _asked(videos, *options) == 0
    assert said in capsys.readouterr().out


def test_what_is_no_expression_is_said_in_a_line(
    videos: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _asked(videos, "--where", "labls = 'x'") == 1
    told = capsys.readouterr().err
    assert told.startswith("microemo: --where labls = 'x': there is no column labls")
    assert told.count("\n") == 1


def test_options_that_do_not_go_together_are_wrong_usage(
    videos: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _asked(videos, "--retry-failed") == 2
    assert main(["annotate", str(videos), "--out", "out", "--where", "true"]) == 2
    assert "--where goes with --again" in capsys.readouterr().err


def test_a_folder_that_no_run_wrote_has_nothing_to_make_again(
    videos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new = tmp_path / "new"
    assert main(["annotate", str(videos), "--out", str(new), "--again"]) == 1
    assert "has no rows to be made again" in capsys.readouterr().err
    assert not new.exists()
