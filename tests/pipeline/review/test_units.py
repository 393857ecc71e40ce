"""The units of a dataset: which there are, how doubtful, and which are drawn."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from pipeline.dataset.folder import DatasetFolder
from pipeline.review.choices import ReviewChoices
from pipeline.review.drawing import lots, lowest
from pipeline.review.plain import plain
from pipeline.review.units import read_units
from stages.faults import SetupError
from tests.pipeline.conftest import annotation, utterance

Write = Callable[..., DatasetFolder]


@pytest.mark.parametrize(
    ("said", "doubt"),
    [
        ({"label_confidence": [0.9, 0.1]}, (4 * 0.1) / 5),
        ({"abstained": True, "labels": [], "label_confidence": []}, 4 / 5),
        ({"label_confidence": [0.5], "label_agreement": [0.25]}, (4 * 0.5 + 3 * 0.75) / 8),
        ({"label_confidence": [1.0], "evidence_coverage": 0.0}, 2 / 7),
        ({"label_confidence": [1.0], "agreement_fast_slow": 0.5}, 1 / 7),
        ({"label_confidence": None, "labels": None, "abstained": None}, 0.0),
    ],
)
def test_doubt_is_the_weighted_mean_of_what_is_known(
    write_run: Write, said: dict[str, Any], doubt: float
) -> None:
    row = annotation("a", utterances=[utterance(0, 1, 2, **said)])
    units = read_units(write_run([row]), ReviewChoices())
    assert units.table["doubt"].to_pylist() == [pytest.approx(doubt, abs=1e-6)]


def test_warnings_add_to_doubt_up_to_three(write_run: Write) -> None:
    rows = [
        annotation(str(count), utterances=[], labels=None, label_confidence=None, abstained=None)
        | {"warnings": ["dark"] * count}
        for count in (0, 1, 3, 9)
    ]
    units = read_units(write_run(rows), ReviewChoices())
    assert units.table["doubt"].to_pylist() == pytest.approx([0, 1 / 3, 1, 1])


def test_lots_are_even_and_each_purpose_has_its_own() -> None:
    ids = [f"{number}.mp4#u0" for number in range(4000)]
    drawn = lots("double", ids)
    assert np.histogram(drawn, 4, (0, 1))[0] == pytest.approx([1000] * 4, rel=0.1)
    assert abs(np.corrcoef(drawn, lots("audit", ids))[0, 1]) < 0.1
    assert lowest(drawn, 10).sum() == 10
    assert drawn[lowest(drawn, 10)].max() < drawn[~lowest(drawn, 10)].min()
    assert lowest(drawn, 10_000).all()


def test_values_become_such_that_json_has() -> None:
    found = plain({"a": [float("nan"), 1.23456, None, True], "b": b"\xff", "c": "x" * 100_001})
    assert found["a"] == [None, 1.2346, None, True]
    assert found["b"] == "/w=="
    assert found["c"].endswith("… (1 more characters stand in the row)")


@pytest.mark.parametrize("name", ["a\nb", " anna", "x" * 101, "\u202eanna"])
def test_a_reviewer_s_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(SetupError, match="--reviewer"):
        ReviewChoices(reviewer=name)
