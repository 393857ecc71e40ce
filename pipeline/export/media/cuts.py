"""A clip for each row, cut out of its source."""

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from pipeline.export.media.faces import NotCoverable, covers_of
from pipeline.export.media.job import CutJob, Made, Unmade
from pipeline.export.media.journal import MEDIA_FOLDER, Journal
from pipeline.export.media.workers import Cutters, Result
from pipeline.export.output import Output
from pipeline.export.unit import Clip, ExportedVideo, Unit

_AT_ONCE = 16  # clips that one process makes of a source before it leaves a note of them


@dataclass(frozen=True)
class CutOptions:
    """How clips are cut.

    Attributes:
        workers: processes at once.
        blur_faces: leave no face to be recognised.
        by_split: the clips lie in a folder for each split.
    """

    workers: int = 1
    blur_faces: bool = False
    by_split: bool = False


def with_cuts(
    videos: Iterable[ExportedVideo], output: Output, options: CutOptions, left_out: Counter[str]
) -> Iterator[ExportedVideo]:
    """The same videos, in their order, with a clip for each unit.

    Args:
        videos: with their sources as clips.
        output: takes the clips.
        options: how they are cut.
        left_out: is told of units that have no clip, by reason. A video without any is left out.

    Raises:
        stages.faults.SetupError: a clip cannot be written.
    """
    journal = Journal(output)
    planned: deque[_Plan | None] = deque()  # one for each batch, at the last of its video

    def batches() -> Iterator[Sequence[CutJob]]:
        for video in videos:
            plan = _plan(video, journal, options)
            jobs = iter(plan.to_make)
            batch = list(islice(jobs, _AT_ONCE))
            while following := list(islice(jobs, _AT_ONCE)):
                planned.append(None)
                yield batch
                batch = following
            planned.append(plan)
            yield batch

    with Cutters(output.location, options.workers) as cutters:
        results: dict[str, Result] = {}
        for each in cutters.cut(batches()):
            results |= {one.name: one for one in each}
            plan = planned.popleft()
            if plan is not None:
                done, results = {**plan.there, **results}, {}
                journal.keep(one for one in done.values() if isinstance(one, Made))
                units = list(_with_clips(plan, done, left_out))
                if units:
                    yield _with_units(plan.video, units)
    journal.clear()


@dataclass(frozen=True)
class _Plan:
    """What is to be done for a video.

    Attributes:
        video: it.
        names: of the clips of its units, in their order.
        to_make: clips that are not there.
        there: results that are known already, by name.
    """

    video: ExportedVideo
    names: Sequence[str]
    to_make: Sequence[CutJob]
    there: Mapping[str, Result]


def _plan(video: ExportedVideo, journal: Journal, options: CutOptions) -> _Plan:
    has_video = bool(video.media.get("has_video"))
    names, to_make = [], []
    there: dict[str, Result] = {}
    for unit in video.units:
        folder = unit.split if options.by_split else MEDIA_FOLDER
        name = f"{folder}/{unit.name}{'.mp4' if has_video else '.m4a'}"
        names.append(name)
        try:
            job = _job(name, video, unit, options)
        except NotCoverable as fault:
            there[name] = Unmade(name, str(fault))
            continue
        made = journal.found(name, job.key)
        if made is None:
            to_make.append(job)
        else:
            there[name] = made
    return _Plan(video, names, to_make, there)


def _job(name: str, video: ExportedVideo, unit: Unit, options: CutOptions) -> CutJob:
    has_video = bool(video.media.get("has_video"))
    return CutJob(
        name,
        video.uri,
        unit.window["file"],
        video.media.get("duration_s") or 0.0,
        unit.start_s,
        unit.end_s,
        has_video,
        covers_of(unit) if options.blur_faces and has_video else (),
    )


def _with_clips(plan: _Plan, done: Mapping[str, Result], left_out: Counter[str]) -> Iterator[Unit]:
    for unit, name in zip(plan.video.units, plan.names, strict=True):
        result = done[name]
        if isinstance(result, Unmade):
            left_out[result.reason] += 1
        else:
            begins_s, fps, has_audio = result.begins_s, result.fps, result.has_audio
            yield replace(unit, clip=Clip(name, begins_s, fps, has_audio, is_whole=False))


def _with_units(video: ExportedVideo, units: Sequence[Unit]) -> ExportedVideo:
    kept = {unit.window["window_index"] for unit in units}
    windows = [window for window in video.windows if window["window_index"] in kept]
    return replace(video, units=units, windows=windows, clip=None)
