"""`microemo bench decode`: a row for each clip, over the same frames."""

import json
from pathlib import Path

import pytest

from jobs.bench import decode
from jobs.bench.decode import Clip, _fastest
from jobs.command import main
from tests.clips import write_clip


def test_each_clip_is_measured_over_all_its_frames(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folder = tmp_path / "clips"
    folder.mkdir()
    write_clip(folder / "long.mp4", seconds=1.2, fps=20)
    write_clip(folder / "short.mkv", seconds=0.4, fps=25)
    file = tmp_path / "figures.json"
    assert main(["bench", "decode", str(folder), "--rounds", "1", "--json", str(file)]) == 0
    clips = {clip["video_id"]: clip for clip in json.loads(file.read_text())}
    assert {name: clip["frames"] for name, clip in clips.items()} == {
        "long.mp4": 24,
        "short.mkv": 10,
    }
    for clip in clips.values():
        assert min(clip["stage_s"], clip["bare_s"], clip["bare_keeping_s"]) > 0
    shown = capsys.readouterr().out
    for part in ("long.mp4", "short.mkv", "bare / stage", "all clips:"):
        assert part in shown


def test_a_stage_that_is_too_slow_fails_where_that_is_asked(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    clip = write_clip(tmp_path / "clip.mp4", seconds=0.4)
    slow = Clip("clip.mp4", 10, stage_s=2.0, bare_s=1.0, bare_keeping_s=1.5)
    monkeypatch.setattr(decode, "_measure", lambda *_: slow)
    assert main(["bench", "decode", str(clip)]) == 0
    assert main(["bench", "decode", str(clip), "--check"]) == 1
    assert "decode.bare_to_stage is 0.5" in " ".join(capsys.readouterr().out.split())


def test_ways_that_see_different_frames_are_no_measurement() -> None:
    with pytest.raises(RuntimeError, match=r"different numbers of frames: \[3, 4\]"):
        _fastest([lambda: 3, lambda: 4], rounds=1)


def test_all_ways_are_taken_in_turn() -> None:
    taken: list[str] = []

    def way(name: str) -> int:
        taken.append(name)
        return 5

    best, frames = _fastest([lambda: way("stage"), lambda: way("bare")], rounds=2)
    assert taken == ["stage", "bare", "stage", "bare"]
    assert frames == 5
    assert len(best) == 2
