"""Answers in the folder of a run of `microemo annotate`."""

from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.dataset.opened import open_dataset
from pipeline.evaluation.answers import Answer, Answers
from pipeline.evaluation.events.films import SPOTTED_COLUMNS, SpottedFilms
from stages.question import measured_kinds

_COLUMNS = (
    "video_id",
    "window_id",
    "start_s",
    "end_s",
    "utterances",
    "description",
    "labels",
    "label_confidence",
    "abstained",
    "abstained_reason",
    "model",
)


def answers_of_run(location: str) -> Answers:
    """An answer for each utterance; for a window in which nobody speaks, its own.

    Facial events come along where the run looked for them.

    Raises:
        SetupError: the folder cannot be read, or its run had no model.
    """
    dataset = open_dataset(location)
    rows: dict[tuple[str, int | None, float], Answer] = {}
    trained = set()
    makers = set()
    looked = set(SPOTTED_COLUMNS) <= set(dataset.annotation_columns)
    spotted = SpottedFilms()
    for batch in dataset.iter_annotations((*_COLUMNS, *(SPOTTED_COLUMNS if looked else ()))):
        for window in batch.to_pylist():
            if looked:
                spotted.add(window)
            trained.add(window["model"]["trained"])
            makers.add(_maker(window["model"]))
            for answer in answers_of_window(window):
                rows[answer.video_id, answer.utterance_index, answer.start_s or 0.0] = answer
    failures = dataset.failures(["video_id", "window_id"]).to_pylist()
    failed = {row["window_id"] or row["video_id"] for row in failures}
    notices = [f"{location}: {len(failed)} windows or videos failed; they count as no labels."]
    return Answers(
        location,
        f"folder of microemo annotate, by {', '.join(sorted(makers)) or 'no model'}",
        tuple(rows.values()),
        tuple(notices if failed else ()),
        failed=tuple(sorted(failed)),
        trained=frozenset(trained - {None}),
        spotted_films=spotted.films if looked and (spotted.films or not rows) else None,
    )


def _maker(model: Mapping[str, Any]) -> str:
    """Which model it was; of a chat model the revision is that of its prompts."""
    told = [model.get("engine"), model.get("revision"), model.get("server")]
    return f"{model.get('name') or 'a model'} ({', '.join(one for one in told if one)})"


def answers_of_window(window: Mapping[str, Any]) -> Iterator[Answer]:
    """The answers that an annotated window holds: its utterances', or its own where none speaks."""
    utterances = window["utterances"] or []
    for at, said in enumerate(utterances):
        yield _answer(window["video_id"], said, said["index"], measured_kinds(window, at))
    if not utterances:
        yield _answer(window["video_id"], window, None, measured_kinds(window, None))


def _answer(
    video_id: str, said: Mapping[str, Any], index: int | None, measured: frozenset[str]
) -> Answer:
    written = said["labels"] or []
    sure = said["label_confidence"] or [None] * len(written)
    confidences: dict[str, float | None] = {}
    for label, confidence in zip(written, sure, strict=True):
        confidences.setdefault(label.strip().lower(), confidence)
    return Answer(
        video_id,
        tuple(confidences),
        tuple(confidences.values()),
        utterance_index=index,
        start_s=said["start_s"],
        end_s=said["end_s"],
        abstained=bool(said["abstained"]),
        abstained_reason=said["abstained_reason"],
        description=said["description"],
        said=said.get("text"),
        speaker=said.get("speaker"),
        measured=measured,
    )
