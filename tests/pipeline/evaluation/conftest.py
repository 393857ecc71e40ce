"""Truths and answers by hand, and small wheels to score them on."""

from collections.abc import Callable, Iterable, Sequence

import pytest

from pipeline.evaluation.answers import Answer, Answers
from pipeline.evaluation.matching import Pair
from pipeline.evaluation.wheels.wheel import Wheel, Wheels

Labels = Sequence[str]


@pytest.fixture
def pairs_of() -> Callable[[Iterable[tuple[Labels, Labels | None]]], list[Pair]]:
    """Pairs from true and predicted labels; None for a row without an answer."""

    def make(rows: Iterable[tuple[Labels, Labels | None]]) -> list[Pair]:
        return [
            Pair(
                Answer(f"v{at}", tuple(true)),
                None if predicted is None else Answer(f"v{at}", tuple(predicted)),
            )
            for at, (true, predicted) in enumerate(rows)
        ]

    return make


@pytest.fixture
def answers_of() -> Callable[..., Answers]:
    """A list of answers."""

    def make(*rows: Answer) -> Answers:
        return Answers("somewhere", "by hand", rows)

    return make


@pytest.fixture
def two_wheels() -> Wheels:
    """Two wheels; `blue` is sad on the first alone, and `keen` has two candidates."""
    return Wheels(
        name="two",
        forms={
            "happy": ("happy",),
            "glad": ("happy",),
            "sad": ("sad",),
            "sadly": ("sad",),
            "blue": ("blue",),
            "mad": ("angry",),
            "keen": ("eager", "sharp"),
        },
        synonyms={
            "happy": ("happy",),
            "sad": ("sad",),
            "blue": ("blue",),
            "angry": ("angry", "mad"),
            "eager": ("keen on",),
            "sharp": ("acute",),
        },
        wheels=(
            Wheel(
                "one",
                level1={
                    "happy": "joy",
                    "sad": "sorrow",
                    "blue": "sorrow",
                    "angry": "rage",
                    "acute": "rage",
                    "keen on": "joy",
                },
                level2={
                    "happy": "gladness",
                    "sad": "grief",
                    "blue": "gloom",
                    "angry": "ire",
                    "acute": "ire",
                    "keen on": "zest",
                },
            ),
            Wheel(
                "other",
                level1={"happy": "good", "sad": "bad", "mad": "bad", "keen on": "good"},
                level2={"happy": "joy", "sad": "sorrow", "mad": "rage", "keen on": "zest"},
            ),
        ),
    )
