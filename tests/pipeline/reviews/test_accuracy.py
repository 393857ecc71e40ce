"""How often the machine is right, by what people decided."""

from collections.abc import Callable

import pytest

from pipeline.reviews.accuracy import Judged, accuracy, rate
from pipeline.reviews.decision import Decision
from pipeline.reviews.standing import standings

Decide = Callable[..., Decision]


@pytest.fixture
def judge(decide: Decide) -> Callable[..., Judged]:
    """The machine's labels beside what a person says."""

    def make(machine: list[str], **said: object) -> Judged:
        (standing,) = standings([decide(**said)]).values()
        return machine, standing

    return make


def test_a_label_is_right_by_its_word_or_its_family(judge: Callable[..., Judged]) -> None:
    found = accuracy(
        [
            judge(["happy", "fear"], labels=["joy"]),
            judge(["Zorgly"], labels=["zorgly"]),
            judge(["zorgly"], labels=["joy"]),
            judge(["fear"], labels=["joy"]),
            judge(["fear"], labels=[]),
        ]
    )
    assert (found.first_label.right, found.first_label.of) == (2, 5)
    counted = {name: (one.right, one.of) for name, one in found.by_family.items()}
    assert counted == {"fear": (0, 2), "happiness": (1, 1), "none": (1, 2)}


def test_to_abstain_is_right_where_people_name_nothing_and_is_counted_apart(
    judge: Callable[..., Judged],
) -> None:
    found = accuracy([judge([], labels=[]), judge([], labels=["joy"])])
    assert (found.abstained.right, found.abstained.of, found.first_label.of) == (1, 2, 0)


def test_what_people_could_not_judge_is_counted_and_not_wrong(
    judge: Callable[..., Judged],
) -> None:
    found = accuracy(
        [judge(["joy"], verdict="rejected", labels=None), judge(["joy"], verdict="unsure")]
    )
    assert found.first_label.of == 0
    assert found.not_judged == {"rejected": 1, "unsure": 1}


def test_the_interval_is_wilsons() -> None:
    found = rate([True] * 8 + [False] * 2)
    # Wilson 1927, z = 1.96: (0.8 + 0.192 +- 1.96 sqrt(0.016 + 0.0096)) / 1.384
    assert found.low == pytest.approx(0.490, abs=1e-3)
    assert found.high == pytest.approx(0.943, abs=1e-3)
    assert rate([]).low is None
