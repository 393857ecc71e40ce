"""What programs for annotation, subtitles and data sets load of an export."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.export.run import Exported
from tests.pipeline.export.hard_texts import (
    HARD_DESCRIPTION,
    HARD_LABELS,
    HARD_SPEAKER,
    HARD_TEXT,
)

pytestmark = [pytest.mark.readers, pytest.mark.timeout(300)]

Read = Callable[..., list[Any]]
Export = Callable[..., tuple[Path, Exported]]


def test_pympi_reads_an_eaf_and_writes_it_anew_without_loss(
    exported: Export, read: Read, tmp_path: Path
) -> None:
    out, _ = exported("elan")
    first, again = read("pympi", "a.eaf", str(tmp_path / "again.eaf"), folder=out)
    assert first == again
    assert first["tiers"][HARD_SPEAKER] == [[1000, 4000, HARD_TEXT]]
    assert first["tiers"][f"{HARD_SPEAKER} (2)"] == [[3500, 8000, "Over."]]
    below = {"emotion": "; ".join(HARD_LABELS), "description": HARD_DESCRIPTION}
    for kind, text in below.items():
        assert first["tiers"][f"{kind}@{HARD_SPEAKER}"] == [[1000, 4000, text]]
        assert first["parents"][f"{kind}@{HARD_SPEAKER}"] == HARD_SPEAKER
    assert first["tiers"]["face 0"] == [[0, 9000, "track 0 of a#0"]]
    assert first["media"] == ["file:///videos/a.mp4"]


def test_webvtt_py_reads_both_kinds_of_subtitles(exported: Export, read: Read) -> None:
    out, _ = exported("webvtt")
    (cues,) = read("webvtt", "a.vtt", folder=out)
    assert [(cue["start"], cue["end"]) for cue in cues] == [
        ("00:00:01.000", "00:00:04.000"),
        ("00:00:03.500", "00:00:08.000"),
    ]
    assert cues[0]["raw"].count("\n") == 2
    out, _ = exported("srt")
    (cues,) = read("webvtt", "a.srt", folder=out)
    assert cues[1]["raw"] == "Ann & ‹Ben›: Over.\n[fear]"


def test_label_studio_finds_nothing_wrong_with_tasks_and_configuration(
    exported: Export, read: Read
) -> None:
    out, _ = exported("label-studio")
    tasks = read("label-studio", "labelling.xml", "tasks.json", folder=out)
    assert [task["unit"] for task in tasks] == ["a#u0", "a#u1", "a#u2", "b#u0"]
    assert [task["wrong"] for task in tasks] == [[]] * 4
    assert all(task["has_data"] for task in tasks)
    assert tasks[0]["labels"] == sorted({*HARD_LABELS, "fear", "joy"})
    assert len(json.loads((out / "tasks.json").read_text("utf-8"))) == 4


def test_fiftyone_makes_samples_with_spans_and_boxes(exported: Export, read: Read) -> None:
    out, _ = exported("fiftyone")
    first, second = read("fiftyone", str(out), folder=out)
    assert (first["file"], first["kind"], first["fps"]) == ("/videos/a.mp4", "video", 25.0)
    spoken = first["utterances"]
    assert spoken[0] == [HARD_LABELS[0], [26, 100], pytest.approx(0.9), HARD_LABELS, HARD_TEXT]
    assert [event[:2] for event in first["events"]] == [
        ["micro", [51, 60]],
        ["macro", [126, 150]],
        ["blink", [176, 180]],
    ]
    assert list(first["faces"]) == ["26", "27", "51"]
    assert first["faces"]["26"][0] == [0, pytest.approx([0.1, 0.2, 0.2, 0.4])]
    assert second["events"] is None
