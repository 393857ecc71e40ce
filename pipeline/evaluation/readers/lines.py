"""Lists without a header: MERR's `video frames emotion`, and the split files of MAFW."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from pipeline.evaluation.answers import Answer
from pipeline.evaluation.readers.label_lists import labels_in
from pipeline.evaluation.readers.numbered import MAFW, named
from pipeline.manifest.entries import Faults

_MERR = re.compile(r"(?P<name>\S+)\s+\d+\s+(?P<labels>[^\W\d]\S*)(?:\s+-?\d+)?")
_MAFW = re.compile(
    r"(?P<name>\S+\.(?:mp4|avi))(?: +|\t)(?P<labels>\d{1,2}(?:,\d{1,2})*|[^\W\d][^\s,]*)"
    r"(?:\t(?P<texts>.*))?",
    re.IGNORECASE,
)
"""With captions there are two more cells, the Chinese and the English text."""


def answers_in_lines(location: str, text: str) -> tuple[str, list[Answer]] | None:
    """The form and the answers of such a list; None where its first line is neither.

    Raises:
        SetupError: a line is not like the first one.
    """
    lines = [(number, line.strip()) for number, line in enumerate(text.split("\n"), start=1)]
    lines = [(number, line) for number, line in lines if line]
    known = (form for form in _FORMS if lines and form.line.fullmatch(lines[0][1]))
    form = next(known, None)
    if form is None:
        return None
    answers, faults = [], Faults(location)
    for number, line in lines:
        try:
            answers.append(form.answer(line))
        except ValueError as fault:
            faults.add(number, str(fault))
    faults.raise_if_any()
    return form.name, answers


def _mafw_labels(cell: str) -> str:
    return named(cell, MAFW, "MAFW").replace("_", ",")


@dataclass(frozen=True)
class _Form:
    name: str
    line: re.Pattern[str]
    labels_of: Callable[[str], str]

    def answer(self, line: str) -> Answer:
        found = self.line.fullmatch(line)
        if found is None:
            raise ValueError(f"is not like the first line, which is one of {self.name}")
        texts = (found.groupdict().get("texts") or "").split("\t")
        return Answer(
            found["name"],
            labels_in(self.labels_of(found["labels"])),
            description=texts[-1].strip() or texts[0].strip() or None,
        )


_FORMS = (_Form("MERR", _MERR, str), _Form("MAFW", _MAFW, _mafw_labels))
