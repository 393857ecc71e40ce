"""Runs to export, and decisions on them."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.dataset.folder import DatasetFolder
from pipeline.export.order import Order
from pipeline.export.run import Exported, export
from pipeline.reviews.decision import Decision
from pipeline.reviews.store import DecisionLog
from stages.file_state import state_of
from tests.clips import tone, write_clip
from tests.pipeline.export.hard_texts import (
    HARD_DESCRIPTION,
    HARD_LABELS,
    HARD_SPEAKER,
    HARD_TEXT,
)

Make = Callable[..., Any]

HARD = {
    "text": 'He said: "it\'s <video> over",\n\u202eright to left\u202c \U0001f600 <|im_end|>',
    "description": 'Brows rise, she "smiles"; it\'s brief.\nVoice: \u05e9\u05de\u05d7 \U0001f600',
    "labels": [
        "it's complicated",
        "sad, but calm",
        'so "fine"',
        "\u05e9\u05de\u05d7",
        "joy \U0001f600",
    ],
    "label_confidence": [0.9, 0.8, 0.7, 0.6, 0.5],
}
"""What formats trip over, of an utterance."""


@pytest.fixture
def spoken_run(write_run: Make, make_annotation: Make, make_utterance: Make) -> DatasetFolder:
    """Two videos: `a` with three utterances of two windows, `b` with one; windows of 10 s."""
    first = [
        make_utterance(0, 1.0, 4.0, speaker="Ann", labels=["joy"], label_confidence=[0.9]),
        make_utterance(1, 5.0, 8.0, speaker="Ben", labels=["fear"], label_confidence=[0.3]),
    ]
    second = [make_utterance(2, 11.0, 14.0, labels=[], label_confidence=[], abstained=True)]
    other = [make_utterance(0, 1.0, 4.0, speaker="Ann", text='It\'s \u05d0, \U0001f600 "so"')]
    folder: DatasetFolder = write_run(
        [make_annotation("a", 1, 2, utterances=second)],
        [make_annotation("a", 0, 2, utterances=first), make_annotation("b", utterances=other)],
        failures=[],
    )
    return folder


@pytest.fixture
def decide(spoken_run: DatasetFolder) -> Callable[..., Decision]:
    """Keeps a decision on an utterance of `spoken_run`: of `a`, the first, unless told."""
    log = DecisionLog(spoken_run)

    def keep(**said: Any) -> Decision:
        decision = Decision.model_validate(
            {
                "reviewer": "anna",
                "video_id": "a",
                "window_index": 0,
                "utterance_index": 0,
                "row_start_s": 1.0,
                "row_end_s": 4.0,
                "verdict": "accepted",
                "labels": ["joy"],
                **said,
            }
        )
        log.add(decision)
        return decision

    return keep


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film of 10 s, with sound."""
    return write_clip(tmp_path_factory.mktemp("film") / "film.mp4", seconds=10.0, audio=tone())


@pytest.fixture
def film_run(
    tmp_path: Path, film: Path, write_run: Make, make_annotation: Make, make_utterance: Make
) -> DatasetFolder:
    """Videos `a.mp4`, of 10 s, with two utterances, and `b.mp4` with one, of a window each."""
    rows = []
    for video_id, spans in (("a.mp4", [(1.0, 2.0), (4.0, 5.5)]), ("b.mp4", [(0.0, 1.0)])):
        path = tmp_path / "films" / video_id
        path.parent.mkdir(exist_ok=True)
        shutil.copy(film, path)
        said = [make_utterance(index, *span) for index, span in enumerate(spans)]
        said[0] |= HARD if video_id == "a.mp4" else {}
        row = make_annotation(video_id, uri=str(path), file=state_of(str(path)), utterances=said)
        row["faces"][0] |= {"box_times_s": [0.0, 9.0], "boxes": [2000, 2000, 4000, 6000] * 2}
        rows.append(row)
    folder: DatasetFolder = write_run(rows, failures=[])
    return folder


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
