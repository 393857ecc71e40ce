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
