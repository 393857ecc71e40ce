"""A run whose texts hold what formats find hard, and with facial events and boxes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.dataset.folder import DatasetFolder
from pipeline.export.order import Order
from pipeline.export.run import Exported, export

Make = Callable[..., Any]

HARD_TEXT = (
    'He said: "it\'s <b>fine</b>, & so" --> \u05e9\u05dc\u05d5\u05dd \U0001f600\n\nsecond, line'
)
HARD_LABELS = ["can't, care", 'say "so"', "\u05e9\u05de\u05d7\u05d4", "\U0001f600 joy", "relief"]
HARD_SPEAKER = "Ann & <Ben>"
HARD_DESCRIPTION = 'Brows rise,\nthen "it\'s" over; \u0442\u0438\u0445\u043e \U0001f610.'


@pytest.fixture
def hard_run(
    write_run: Make, make_annotation: Make, make_utterance: Make, make_event: Make
) -> DatasetFolder:
    """Video `a`: two windows, three utterances, events and boxes; `b`: one utterance, no events."""
    spoken = [
        make_utterance(
            0,
            1.0,
            4.0,
            speaker=HARD_SPEAKER,
            text=HARD_TEXT,
            labels=HARD_LABELS,
            label_confidence=[0.9, 0.8, 0.7, 0.6, 0.5],
            description=HARD_DESCRIPTION,
        ),
        make_utterance(1, 3.5, 8.0, speaker=HARD_SPEAKER, text="Over.", labels=["fear"]),
    ]
    silent = [make_utterance(2, 11.0, 14.0, labels=[], label_confidence=[], text=None)]
    face = make_annotation("a")["faces"][0] | {
        "box_times_s": [1.0, 1.04, 2.0],
        "boxes": [1000, 2000, 3000, 6000] * 3,
    }
    events = {
        "micro_events": [make_event(0, 2.0, 2.4, intensity=0.7)],
        "face_events": [
            make_event(1, 5.0, 6.0, kind="macro", action_units=[12], movement="smile"),
            make_event(2, 7.0, 7.2, kind="blink", action_units=[45], intensity=None),
        ],
    }
    first = make_annotation("a", 0, 2, utterances=spoken, faces=[face], **events)
    second = make_annotation(
        "a", 1, 2, utterances=silent, faces=[], micro_events=[], face_events=[]
    )
    other = make_annotation("b", utterances=[make_utterance(0, 1.0, 4.0, labels=["joy"])])
    folder: DatasetFolder = write_run([first, second, other], failures=[])
    return folder


@pytest.fixture
def exported(hard_run: DatasetFolder, tmp_path: Path) -> Callable[..., tuple[Path, Exported]]:
    """Exports `hard_run`: where the files are, and what was told."""

    def make(name: str, **order: Any) -> tuple[Path, Exported]:
        out = tmp_path / "out"
        return out, export(hard_run, str(out), Order(name, **order))

    return make
