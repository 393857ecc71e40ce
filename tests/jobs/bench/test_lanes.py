"""`microemo bench lanes`: the model in one process, and generation in one of its own."""

import json
from pathlib import Path

import pytest

from jobs.bench.lanes import _apart
from jobs.command import main
from pipeline.config import load_config
from stages.faults import SetupError
from tests.clips import write_clip


def test_the_lane_of_the_language_model_is_parted_with_what_it_books() -> None:
    config = load_config("llama2-7b", [])
    lanes = _apart(config, 0.25).lanes
    assert [lane.name for lane in lanes] == [
        "transcribe+segment",
        "decode+faces+evidence",
        "encode+pool",
        "generate",
    ]
    whole = config.lanes[-1]
    assert [lane.gpus for lane in lanes[2:]] == pytest.approx([whole.gpus / 4, whole.gpus * 3 / 4])
    assert [lane.cpus for lane in lanes[2:]] == pytest.approx([whole.cpus / 4, whole.cpus * 3 / 4])


@pytest.mark.parametrize("share", [0.0, 1.0, -1.0])
def test_a_share_that_leaves_one_of_them_nothing_is_refused(share: float) -> None:
    with pytest.raises(SetupError, match="--encoder-share"):
        _apart(load_config("tiny", []), share)


def test_lanes_that_are_parted_already_are_refused() -> None:
    apart = _apart(load_config("tiny", []), 0.5)
    with pytest.raises(SetupError, match="nothing to part"):
        _apart(apart, 0.5)


@pytest.mark.slow
def test_both_ways_are_timed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clip = write_clip(tmp_path / "clip.mp4", seconds=0.4)
    file = tmp_path / "figures.json"
    assert main(["bench", "lanes", str(clip), "--clips", "2", "--json", str(file)]) == 0
    figures = json.loads(file.read_text())
    assert figures["clips"] == 2
    assert all(each["together_s"] > 0 and each["apart_s"] > 0 for each in figures["rounds"])
    assert "in one process over in two" in capsys.readouterr().out
