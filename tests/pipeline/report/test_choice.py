"""Which windows a report shows."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.totals import count
from pipeline.report.choice import Choice, choose
from stages.faults import SetupError
from tests.pipeline.conftest import BEGUN

Make = Callable[..., Any]


@pytest.fixture
def output(
    write_run: Make, make_annotation: Make, make_utterance: Make, make_event: Make
) -> DatasetFolder:
    silent = {"labels": [], "label_confidence": [], "abstained": True}
    return write_run(
        [
            make_annotation("sure", utterances=[make_utterance(0, 1, 2, label_confidence=[0.9])]),
            make_annotation(
                "doubtful",
                utterances=[
                    make_utterance(0, 1, 2, label_confidence=[0.8]),
                    make_utterance(1, 3, 4, label_confidence=[0.1]),
                ],
                micro_events=[make_event(0, 1, 1.2)],
                created_at=BEGUN + timedelta(hours=1),
            ),
            make_annotation(
                "silent", utterances=[make_utterance(0, 1, 2, **silent, abstained_reason="refused")]
            ),
            make_annotation("faceless", faces=[], warnings=["No face."], utterances=[]),
        ]
    )


def _ids(output: DatasetFolder, choice: Choice) -> list[str]:
    return [key.video_id for key in choose(output, count(output), choice).windows]


@pytest.mark.parametrize(
    ("only", "names"),
    [
        (("abstained",), ["silent"]),
        (("refused",), ["silent"]),
        (("no-face",), ["faceless"]),
        (("warned",), ["faceless"]),
        (("micro",), ["doubtful"]),
        (("micro", "warned"), ["doubtful", "faceless"]),
        (("failed",), []),
        (("failed", "micro"), ["doubtful"]),
    ],
)
def test_what_is_of_any_of_the_kinds(
    output: DatasetFolder, only: tuple[str, ...], names: list[str]
) -> None:
    assert _ids(output, Choice(only=only)) == names


def test_an_expression_may_be_true_of_a_window_or_of_one_of_its_utterances(
    output: DatasetFolder,
) -> None:
    assert _ids(output, Choice(where="confidence < 0.2")) == ["doubtful"]
    assert _ids(output, Choice(where="faces = 0")) == ["faceless"]
    both = Choice(where="confidence < 0.2 OR confidence > 0.85", only=("micro",))
    assert _ids(output, both) == ["doubtful"]


@pytest.mark.parametrize("where", ["nonsense = 1", "faces = 0) OR (true", "1 + 1"])
def test_an_expression_that_is_wrong_is_named(output: DatasetFolder, where: str) -> None:
    with pytest.raises(SetupError, match="--where"):
        choose(output, count(output), Choice(where=where, only=("warned",)))


def test_the_least_sure_come_first_behind_what_has_no_label(output: DatasetFolder) -> None:
    order = _ids(output, Choice(sort="confidence"))
    assert order == ["silent", "doubtful", "faceless", "sure"]


def test_the_latest_come_first(output: DatasetFolder) -> None:
    assert _ids(output, Choice(sort="time"))[0] == "doubtful"


def test_a_bound_is_spread_over_the_run_or_takes_the_first(
    write_run: Make, make_annotation: Make
) -> None:
    output = write_run([make_annotation("film", at, 10) for at in range(10)])
    totals = count(output)
    spread = choose(output, totals, Choice(limit=4))
    assert [key.index for key in spread.windows] == [0, 2, 5, 7]
    assert spread.of == 10
    first = choose(output, totals, Choice(limit=4, sort="id"))
    assert [key.index for key in first.windows] == [0, 1, 2, 3]


def test_a_run_without_a_row_shows_nothing(write_run: Make) -> None:
    output = write_run([])
    for choice in (Choice(), Choice(sort="confidence"), Choice(only=("warned",))):
        assert choose(output, count(output), choice).windows == []
