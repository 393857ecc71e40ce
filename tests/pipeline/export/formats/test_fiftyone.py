"""The dataset that FiftyOne loads; tests/pipeline/export/readers has it load one."""

import json
from collections.abc import Callable
from pathlib import Path

from pipeline.export.run import Exported
from tests.pipeline.export.hard_texts import HARD_LABELS

Export = Callable[..., tuple[Path, Exported]]


def test_supports_count_frames_from_one_and_hold_the_last(exported: Export) -> None:
    out, _ = exported("fiftyone")
    first, second = json.loads((out / "samples.json").read_text("utf-8"))["samples"]
    spoken = first["utterances"]["detections"]
    assert [one["support"] for one in spoken] == [[26, 100], [88, 200], [276, 350]]
    assert (spoken[0]["label"], spoken[0]["labels"]) == (HARD_LABELS[0], HARD_LABELS)
    assert spoken[2]["label"] == "(none)"
    events = first["facial_events"]["detections"]
    assert [(one["label"], one["support"], one["apex"]) for one in events] == [
        ("micro", [51, 60], 56),
        ("macro", [126, 150], 138),
        ("blink", [176, 180], 178),
    ]
    assert second["facial_events"] is None
    assert first["metadata"]["total_frame_count"] == 500


def test_faces_stand_at_their_frames(exported: Export) -> None:
    out, _ = exported("fiftyone")
    frames = json.loads((out / "frames" / "a.json").read_text())["frames"]
    assert list(frames) == ["26", "27", "51"]
    (face,) = frames["26"]["faces"]["detections"]
    assert [round(part, 6) for part in face["bounding_box"]] == [0.1, 0.2, 0.2, 0.4]
    assert face["index"] == 0
