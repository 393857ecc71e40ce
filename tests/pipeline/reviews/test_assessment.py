"""What decisions say of a dataset."""

from collections.abc import Callable
from typing import Any

import pytest

from pipeline.dataset.folder import DatasetFolder
from pipeline.reviews.assessment import NOT_DECIDED, OTHER_ROWS, assess
from pipeline.reviews.decision import Decision
from pipeline.reviews.store import DecisionLog
from stages.faults import SetupError

Make = Callable[..., Any]


@pytest.fixture
def dataset(write_run: Make, make_annotation: Make, make_utterance: Make) -> DatasetFolder:
    """A video of five utterances of two seconds, all with the label joy."""
    utterances = [make_utterance(at, 2.0 * at, 2.0 * at + 2, labels=["joy"]) for at in range(5)]
    folder: DatasetFolder = write_run([make_annotation("a", utterances=utterances)], failures=[])
    return folder


@pytest.fixture
def keep(dataset: DatasetFolder, decide: Callable[..., Decision]) -> Callable[..., Decision]:
    """Keeps a decision on an utterance of the dataset."""
    log = DecisionLog(dataset)

    def make(index: int, **said: Any) -> Decision:
        times = {"row_start_s": 2.0 * index, "row_end_s": 2.0 * index + 2}
        decision = decide(**{"video_id": "a", "utterance_index": index, **times, **said})
        log.add(decision)
        return decision

    return make


def test_what_was_drawn_at_random_is_told_apart_from_what_was_chosen(
    dataset: DatasetFolder, keep: Make
) -> None:
    keep(0, task="audit", labels=["joy"], seconds=4)
    keep(1, task="audit", verdict="corrected", labels=["fear"], seconds=8)
    keep(2, verdict="corrected", labels=["fear"], seconds=6)
    keep(2, reviewer="ben", verdict="corrected", labels=["fear"])
    found = assess(dataset)
    assert (found.audited.first_label.right, found.audited.first_label.of) == (1, 2)
    assert (found.reviewed.first_label.right, found.reviewed.first_label.of) == (1, 3)
    assert found.efforts["anna"].seconds == 18
    assert found.efforts["anna"].median_s == 6
    assert found.efforts["ben"].median_s is None
    assert found.effort.decisions == 4


def test_rows_are_counted_by_what_was_decided_of_them(dataset: DatasetFolder, keep: Make) -> None:
    keep(0)
    keep(1, verdict="unsure", labels=None)
    keep(2)
    keep(2, reviewer="ben", labels=["fear"])
    keep(3, row_start_s=50.0, row_end_s=52.0)  # cut anew since
    states = assess(dataset).states
    assert {state: count for state, count in states.items() if count} == {
        "accepted": 1,
        "unsure": 1,
        "disputed": 1,
        NOT_DECIDED: 2,
        OTHER_ROWS: 1,
    }


def test_a_window_as_a_whole_can_be_judged_too(dataset: DatasetFolder, keep: Make) -> None:
    keep(0, utterance_index=None, row_end_s=10.0, task="audit", labels=["relief"])
    found = assess(dataset)
    assert found.audited.first_label.of == 1
    assert found.states[NOT_DECIDED] == 5


def test_a_dataset_that_nobody_looked_at_is_refused(dataset: DatasetFolder) -> None:
    with pytest.raises(SetupError, match="nobody has reviewed it yet"):
        assess(dataset)
