"""quality.json counts what stands there, and names what does not."""

import json
from collections.abc import Callable
from typing import Any

from pipeline.dataset.quality import write_quality
from pipeline.dataset.totals import count

Make = Callable[..., Any]


def test_inputs_are_annotated_failed_or_named_as_owed(
    write_run: Make, make_annotation: Make, make_failure: Make
) -> None:
    folder = write_run(
        [make_annotation("whole"), make_annotation("half", 0, 2)],
        failures=[make_failure("broken")],
    )
    owed = write_quality(folder, count(folder), ["whole", "half", "broken", "never"])
    assert owed == ["half", "never"]
    told = json.loads(folder.read_bytes("quality.json"))
    assert told["videos"] == {
        "asked": 4,
        "done": 2,
        "owed": 2,
        "owed_ids": ["half", "never"],
        "with_failures": 1,
    }
    assert (told["windows"]["annotated"], told["windows"]["owed"]) == (2, 1)
    assert told["failures"] == {"unreadable": 1}
    assert write_quality(folder, count(folder), ["whole", "broken"]) == []


def test_warnings_are_counted_by_kind_and_confidences_in_bins(
    write_run: Make, make_annotation: Make, make_utterance: Make
) -> None:
    sure = make_utterance(0, 0, 1, label_confidence=[1.0, 0.2])
    unsure = make_utterance(1, 2, 3, label_confidence=[0.05])
    silent = make_utterance(2, 4, 5, label_confidence=[], labels=[])
    folder = write_run(
        [
            make_annotation(
                "a",
                warnings=["the picture ends at 1.50 s, the file declares 3.00 s", "no speech"],
                utterances=[sure, unsure, silent],
            ),
            make_annotation(
                "b", warnings=["the picture ends at 20 s, the file declares 21 s"], utterances=[]
            ),
        ]
    )
    write_quality(folder, count(folder), ["a", "b"])
    told = json.loads(folder.read_bytes("quality.json"))
    assert told["warnings"] == {
        "the picture ends at N s, the file declares N s": 2,
        "no speech": 1,
    }
    assert told["confidence"] == [1, 0, 0, 0, 0, 0, 0, 0, 0, 1]


def test_each_stage_has_its_rows_seconds_and_failures(
    write_run: Make, make_annotation: Make, make_failure: Make
) -> None:
    broken = make_failure("x", timings={"transcribe": 0.25})
    error = {"stage": "pipeline", "kind": "worker_died", "message": "it died"}
    folder = write_run(
        [make_annotation("a", timings={"transcribe": 1.0, "decode": 2.0})],
        failures=[broken, make_failure("y", error=error, timings={})],
    )
    write_quality(folder, count(folder), ["a", "x", "y"])
    told = json.loads(folder.read_bytes("quality.json"))["stages"]
    assert {name: told[name] for name in ("transcribe", "decode", "pipeline")} == {
        "transcribe": {"rows": 2, "seconds": 1.25, "failures": {"unreadable": 1}},
        "decode": {"rows": 1, "seconds": 2.0, "failures": {}},
        "pipeline": {"rows": 0, "seconds": 0.0, "failures": {"worker_died": 1}},
    }
