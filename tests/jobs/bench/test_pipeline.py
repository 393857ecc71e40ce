"""`microemo bench pipeline`: the same clips both ways, and a refusal where they differ."""

import json
from pathlib import Path
from typing import Any

import pytest

from jobs.bench import pipeline
from jobs.bench.loops import Looped
from jobs.bench.pipeline import Round
from jobs.command import main
from pipeline.config import load_config
from pipeline.manifest import resolve_inputs
from tests.clips import write_clip

FAST = (
    "generate.max_description_tokens=2",
    "generate.max_label_tokens=2",
    "generate.engine=transformers",
    # each further process takes seconds to start
    "lanes=[{stages: [transcribe, segment, decode, faces, encode, pool, generate], cpus: 1}]",
)


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return write_clip(tmp_path / "clip.mp4", seconds=0.4)


@pytest.mark.slow
def test_both_ways_are_timed_over_repeated_clips(
    clip: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "figures.json"
    settings = [word for key in FAST for word in ("--set", key)]
    assert (
        main(["bench", "pipeline", str(clip), "--clips", "3", *settings, "--json", str(file)]) == 0
    )
    figures = json.loads(file.read_text())
    assert figures["clips"] == 3
    (measured,) = figures["rounds"]
    assert set(measured) == {
        f"{way}{part}" for way in ("loop", "loops", "pipeline") for part in ("_start_s", "_s")
    }
    assert all(value > 0 for value in measured.values())
    shown = capsys.readouterr().out
    for part in (
        "3 clips on",
        "a plain loop",
        "at once",
        "Ray pipeline",
        "share of the perfect speed-up",
    ):
        assert part in shown


def test_rows_that_differ_are_no_measurement(clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def row(label: str) -> dict[str, Any]:
        return {"video_id": "a", "window_index": 0, "description": "", "labels": [label]}

    def through_pipeline(*_: object) -> tuple[float, float, list[dict[str, Any]]]:
        return 1.0, 1.0, [row("happy")]

    def through_loops(*_: object, loops: int) -> Looped:
        return Looped(1.0, 1.0, [row("happy" if loops > 1 else "sad")])

    monkeypatch.setattr(pipeline, "through_pipeline", through_pipeline)
    monkeypatch.setattr(pipeline, "through_loops", through_loops)
    with pytest.raises(RuntimeError, match="different rows"):
        pipeline._round(resolve_inputs([str(clip)]).rows, load_config("tiny"))


def test_a_perfect_speed_up_is_one() -> None:
    measured = Round(0.0, 8.0, 0.0, 3.0, 0.0, 3.0)
    assert measured.speed_up_share == 1.0
    assert measured.share_of_one_loop(cores=4) == pytest.approx(2 / 3)


def test_the_last_digits_of_a_float_are_no_difference() -> None:
    row = {"labels": ["sad"], "label_confidence": [0.25], "faces": [{"box": [0.1, 0.2]}]}
    assert pipeline._same(row, {**row, "label_confidence": [0.25 + 1e-9]})
    assert not pipeline._same(row, {**row, "label_confidence": [0.26]})
    assert not pipeline._same(row, {**row, "faces": [{"box": [0.1]}]})
