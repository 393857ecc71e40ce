"""Two tables of answers as models give them: one written with the rules, one apart from them.

A line of a table: the text, its labels (or several readings that are right), whether it refuses
(where that is not open), and whether it was cut at the token limit.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from stages.answer.labels import parse_labels
from stages.answer.refusals import is_refusal

HERE = Path(__file__).parent


def answers(name: str) -> list[dict[str, Any]]:
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


SEEN, HELD_OUT = answers("answers_seen.jsonl"), answers("answers_held_out.jsonl")


@pytest.mark.parametrize("answer", SEEN + HELD_OUT, ids=lambda answer: answer["text"][:40])
def test_an_answer_is_read_right(answer: dict[str, Any]) -> None:
    labels = answer["labels"]
    readings = labels if labels and isinstance(labels[0], list) else [labels]
    cut = answer.get("truncated", False)
    found = [label.text for label in parse_labels(answer["text"], truncated=cut)]
    assert found in readings
    if "refused" in answer:
        assert (not found and is_refusal(answer["text"])) == answer["refused"]


def test_the_tables_are_large_and_apart() -> None:
    assert len(SEEN) >= 75
    assert len(HELD_OUT) >= 75
    both = {answer["text"] for answer in SEEN} & {answer["text"] for answer in HELD_OUT}
    assert len(both) < 5  # "No." and the like are bound to meet
