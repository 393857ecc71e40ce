"""What a trained folder says of itself: training.json, and the model card."""

import sys
from collections.abc import Mapping, Sequence
from importlib import metadata
from typing import Any

from jobs.train.config import NEW, TrainConfig
from jobs.train.data import Part, TrainingData
from jobs.train.reading import Asked, Material, content_of
from jobs.train.record import RECORD
from jobs.train.sets import ClipSet
from jobs.train.training import Trained
from jobs.train.words import WordSet
from stages.model.config import ModelConfig
from stages.model.folder import model_folder, read_json, uncalibrated_revision

_OF_A_TRAINING = ("command", "version", "seed", "steps", "config", "sources")


def begun(
    config: TrainConfig, asked: Asked, material: Material, front: Mapping[str, Any]
) -> dict[str, Any]:
    """The record of a training that is to begin.

    Args:
        front: keys that decide what the model is shown, of the run that makes it.

    Returns:
        Of it, `same` says which training it is: what has another is another.

    Raises:
        SetupError: a file cannot be read.
    """
    base = None
    if config.base != NEW:
        base = uncalibrated_revision(model_folder(ModelConfig(path=config.base)))
    roles: dict[str, Sequence[ClipSet | WordSet]] = {
        "labels": material.clips,
        "words": material.words,
        "held_out": material.held_out,
    }
    content = {role: content_of(sets) for role, sets in roles.items()}
    return {
        "finished": False,
        "command": ["microemo", *sys.argv[1:]],
        "version": metadata.version("microemo"),
        "seed": config.seed,
        "config": config.model_dump(mode="json"),
        "sources": {
            role: [_source(one, hashes) for one, hashes in zip(sets, content[role], strict=True)]
            for role, sets in roles.items()
        },
        "transcripts": asked.transcripts,
        "before": trainings_before(config),
        "same": {
            "config": {**config.result_keys(), "base": base or NEW},
            "front": dict(front),
            "data": content,
        },
    }


def trainings_before(config: TrainConfig) -> list[dict[str, Any]]:
    """What the base was trained with, the first training first; as far as its folder tells.

    Raises:
        SetupError: its record cannot be read.
    """
    if config.base == NEW:
        return []
    folder = model_folder(ModelConfig(path=config.base))
    told = read_json(folder / RECORD) if (folder / RECORD).exists() else {}
    own = {name: told[name] for name in _OF_A_TRAINING if name in told}
    return [*told.get("before", []), {"revision": uncalibrated_revision(folder), **own}]


def finished(record: Mapping[str, Any], data: TrainingData, trained: Trained) -> dict[str, Any]:
    """The record of a training that is done."""
    learnt = _without(data.train, trained.too_long)
    looked_at = _without(data.held_out, trained.too_long_held_out)
    return {
        **record,
        "finished": trained.is_whole,
        "trained": data.trained,
        "learnt_from": {
            "windows": len(learnt),
            "utterances": _utterances(learnt),
        },
        "held_out": {
            "windows": len(looked_at),
            "utterances": _utterances(looked_at),
            "videos": len({lesson.window.video_id for lesson in looked_at}),
        },
        "windows_too_long": len(trained.too_long) + len(trained.too_long_held_out),
        "left_out": {name: _left_out(part) for name, part in data.parts.items()},
        "steps": trained.steps,
        "loss": trained.loss,
        "held_out_loss": trained.held_out_loss,
        "score": trained.score,
        "seconds": round(trained.seconds, 1),
        "device": trained.device,
    }


def _source(one: ClipSet | WordSet, hashes: Mapping[str, str | None]) -> dict[str, Any]:
    files: Sequence[dict[str, Any]] = [
        {"location": source.location, "form": source.form, "rows": source.rows}
        for source in one.labelled.sources
    ]
    media = {"media": one.root, "videos": len(one.media.paths)} if isinstance(one, ClipSet) else {}
    return {"name": one.name, "files": files, **media, **hashes}


def _without(lessons: Sequence[Any], places: Sequence[int]) -> list[Any]:
    return [lesson for place, lesson in enumerate(lessons) if place not in set(places)]


def _utterances(lessons: Sequence[Any]) -> int:
    return sum(index is not None for lesson in lessons for index in lesson.targets)


def _left_out(part: Part) -> dict[str, int]:
    left = part.left_out
    return {
        "videos_without_media": left.without_media,
        "videos_without_labels": left.without_labels,
        "videos_failed": left.failed,
        "windows_without_labels": left.windows,
        "rows_without_window": len(left.rows),
    }
