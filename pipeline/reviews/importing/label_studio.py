"""Decisions in an export of Label Studio (JSON), of tasks that `microemo export` made.

A task is a row; its `data` says which. Each annotation that was not skipped is a decision. Its
regions on the time line give labels and times, text areas description, transcript and further
labels, and the choice what cannot be labelled. Frames count from 1, and a range holds its last one.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from pipeline.evaluation.answers import clean_labels
from pipeline.label_studio import (
    DESCRIPTION,
    EMOTION,
    LEFT_OUT,
    NO_EMOTION,
    TRANSCRIPT,
    UNSURE,
    VERDICT,
    WORDS,
)
from pipeline.manifest.entries import Faults, read_text
from pipeline.reviews.decision import Verdict
from pipeline.reviews.importing.said import Said
from stages.faults import SetupError

_VERDICTS: Mapping[str, Verdict] = {LEFT_OUT: "rejected", UNSURE: "unsure"}


class _Model(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _Range(_Model):
    start: int
    end: int


class _Value(_Model):
    ranges: list[_Range] = []
    timelinelabels: list[str] = []
    choices: list[str] = []
    text: list[str] | str = []


class _Region(_Model):
    from_name: str = ""
    value: _Value = _Value()


class _Annotation(_Model):
    id: int | str | None = None
    completed_by: Any = None
    was_cancelled: bool = False
    ground_truth: bool = False
    lead_time: float | None = None
    updated_at: AwareDatetime | None = None
    created_at: AwareDatetime | None = None
    result: list[_Region] = []

    @property
    def person(self) -> str:
        """Who made it, by address or number."""
        by = self.completed_by
        if isinstance(by, Mapping):
            by = by.get("email") or by.get("id")
        return by if isinstance(by, str) and by else f"label-studio user {by}"

    @property
    def at(self) -> datetime | None:
        """When it was last changed."""
        return self.updated_at or self.created_at


class _Data(_Model):
    unit_id: str
    fps: float = Field(gt=0)
    begins_s: float
    start_s: float
    end_s: float
    frames: tuple[int, int]
    config_hash: str | None = None


class _Task(_Model):
    id: int | str | None = None
    data: _Data
    annotations: list[_Annotation] = []


def said_in_label_studio(file: str, reviewer: str | None, notices: list[str]) -> list[Said]:
    """What each annotation of the tasks says.

    Where several people annotated a task each did so blind: their task is `double`. An annotation
    that is marked as ground truth is an adjudication.

    Args:
        file: absolute path or URI.
        reviewer: the name of who made them, where that is one person; None: as Label Studio has it.
        notices: takes a sentence on what was passed over.

    Raises:
        SetupError: it cannot be read, or is no such export; or several people made it and one is
            named.
    """
    faults, said, skipped = Faults(file), [], 0
    for number, task in _tasks(file, notices, faults):
        kept = [one for one in task.annotations if not one.was_cancelled]
        skipped += len(task.annotations) - len(kept)
        is_double = len({one.person for one in kept}) > 1
        for annotation in kept:
            try:
                said.append(_said(file, task, annotation, is_double=is_double))
            except ValueError as fault:
                faults.add(number, f"annotation {annotation.id} {fault}")
    faults.raise_if_any()
    if skipped:
        notices.append(f"{file}: {skipped} annotations were skipped by those who made them")
    return said if reviewer is None else _renamed(file, said, reviewer)


def _renamed(file: str, said: Sequence[Said], reviewer: str) -> list[Said]:
    people = sorted({one.reviewer for one in said})
    if len(people) > 1:
        raise SetupError(
            f"--reviewer {reviewer}: {file} holds decisions of {len(people)} people "
            f"({', '.join(people[:5])}). Leave --reviewer out: they have names of their own."
        )
    return [replace(one, reviewer=reviewer) for one in said]


def _tasks(file: str, notices: list[str], faults: Faults) -> Iterator[tuple[int, _Task]]:
    text = read_text(file, notices)
    try:
        tasks = json.loads(text)
    except (ValueError, RecursionError) as fault:
        raise SetupError(f"{file}: is no JSON: {fault}") from fault
    if not isinstance(tasks, list):
        raise SetupError(
            f"{file}: is no list of tasks. Export from Label Studio in the format JSON, not "
            "JSON-MIN or another."
        )
    for number, task in enumerate(tasks, 1):
        try:
            yield number, _Task.model_validate(task)
        except ValidationError as fault:
            told = fault.errors()[0]
            where = ".".join(map(str, told["loc"])) or "it"
            faults.add(
                number,
                f"is no task that `microemo export --to label-studio` made: {where}: {told['msg']}",
            )


def _said(file: str, task: _Task, annotation: _Annotation, *, is_double: bool) -> Said:
    """
    Raises:
        ValueError: a region of it is not of the labelling configuration of the export, or it says
            neither labels nor that there are none.
    """
    data = task.data
    choices = [choice for value in _values(annotation, VERDICT) for choice in value.choices]
    verdict = next((_VERDICTS[choice] for choice in choices if choice in _VERDICTS), None)
    named = [label for value in _values(annotation, EMOTION) for label in value.timelinelabels]
    labels = clean_labels([*named, *_texts(annotation, WORDS)])
    if NO_EMOTION in choices:
        if labels:
            raise ValueError("names emotions and says that none can be named")
    elif not labels and verdict is None:
        raise ValueError(f"names no emotion; choose '{NO_EMOTION}' where that is meant")
    start_s, end_s = _times(data, annotation)
    return Said(
        place=f"{file}, task {task.id}, annotation {annotation.id}",
        source="label-studio",
        reviewer=annotation.person,
        unit_id=data.unit_id,
        verdict=verdict,
        labels=labels,
        description=_joined(annotation, DESCRIPTION),
        text=_joined(annotation, TRANSCRIPT),
        start_s=start_s,
        end_s=end_s,
        seconds=annotation.lead_time or 0.0,
        task="adjudication" if annotation.ground_truth else "double" if is_double else "review",
        at=annotation.at,
        shown=(data.start_s, data.end_s),
        config_hash=data.config_hash,
    )


def _values(annotation: _Annotation, name: str) -> list[_Value]:
    """What the regions of a control hold, in order."""
    return [region.value for region in annotation.result if region.from_name == name]


def _texts(annotation: _Annotation, name: str) -> list[str]:
    """What stands in a text area, a text for each submission."""
    texts = [value.text for value in _values(annotation, name)]
    return [one for text in texts for one in ([text] if isinstance(text, str) else text)]


def _joined(annotation: _Annotation, name: str) -> str | None:
    return "\n".join(_texts(annotation, name)) or None


def _times(data: _Data, annotation: _Annotation) -> tuple[float | None, float | None]:
    """From the first frame of its regions to the last; None where they are as they were."""
    ranges = [one for value in _values(annotation, EMOTION) for one in value.ranges]
    if not ranges:
        return None, None
    first, last = min(one.start for one in ranges), max(one.end for one in ranges)
    start_s = None if first == data.frames[0] else data.begins_s + (first - 1) / data.fps
    end_s = None if last == data.frames[1] else data.begins_s + last / data.fps
    return start_s, end_s
