"""Caches of what a model is shown of the videos of a training."""

import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from jobs.progress import TerminalWatcher
from jobs.train.config import NEW, TrainConfig
from jobs.train.data import Cached, TrainingData, training_data
from jobs.train.reading import Asked, Material
from jobs.train.sets import ClipSet
from jobs.train.sources import require_same
from pipeline.cached.fill import cache_config, failed_videos, fill
from pipeline.cached.windows import CachedWindows
from pipeline.checks import refuse_if_unfit
from pipeline.config import Config, ConfigError, load_config
from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.record import Origin
from pipeline.manifest.transcripts import with_table
from stages.decode import DecodeConfig
from stages.faults import SetupError
from stages.model.config import ModelConfig
from stages.model.folder import FrameFormat, frame_format
from stages.rows import Row


def front_of(config: TrainConfig, overrides: Sequence[str]) -> Config:
    """The configuration of the run that makes what is learnt from.

    Args:
        config: names its preset.
        overrides: as `load_config` takes them.

    Raises:
        SetupError: something in them is wrong, the base is no model, or its frames are not those
            that the run makes.
    """
    try:
        front = load_config(config.front, overrides)
    except ConfigError as fault:
        raise SetupError(str(fault).replace("--set ", "--front-set ")) from fault
    if config.base != NEW:
        front = front.model_copy(
            update={"model": front.model.model_copy(update={"path": config.base})}
        )
    _require_fitting(config, front.section(DecodeConfig))
    return front


def _require_fitting(config: TrainConfig, decode: DecodeConfig) -> None:
    wanted = _wanted_of(config)
    if decode.image_size != wanted.image_size:
        raise SetupError(
            f"front: its decode.image_size is {decode.image_size}, and {config.base} takes "
            f"{wanted.image_size}. Give --front-set decode.image_size={wanted.image_size}"
        )
    if decode.max_frames < (config.max_frames or 0):
        raise SetupError(
            f"max_frames is {config.max_frames}, and front keeps {decode.max_frames} frames of a "
            f"window. Give --front-set decode.max_frames={config.max_frames}"
        )
    if min(decode.max_frames, config.max_frames or decode.max_frames) > wanted.max_frames:
        raise SetupError(
            f"front: its decode.max_frames is {decode.max_frames}, and {config.base} takes "
            f"{wanted.max_frames} frames of a window. Give --set max_frames={wanted.max_frames}"
        )


def _wanted_of(config: TrainConfig) -> FrameFormat:
    found = _format_of_base(config.base)
    # A model is made, or made longer, for as many as it is to take.
    return FrameFormat(found.image_size, max(found.max_frames, config.max_frames or 0))


def _format_of_base(base: str) -> FrameFormat:
    if base == NEW:
        from stages.model.shapes import tiny

        shape = tiny()
        return FrameFormat(shape.vision_config.image_size, shape.max_frames)
    try:
        return frame_format(ModelConfig(path=base))
    except SetupError as fault:
        raise SetupError(str(fault).replace("model.path", "base", 1)) from fault


def cached_data(
    config: TrainConfig,
    asked: Asked,
    material: Material,
    *,
    front: Config,
    caches: Path,
    console: Console,
) -> TrainingData:
    """What a training learns from, once all videos went through the front half.

    Args:
        config: of the training.
        asked: what a person named.
        material: what was read of that.
        front: of `front_of`.
        caches: the folder of all caches; those that are there go on.
        console: where it is told how it goes.

    Raises:
        SetupError: as `pipeline.cached.fill.fill` and `training_data`; or a set is all failed.
    """

    def cached(clips: ClipSet) -> Cached:
        rows, notices = source_rows(clips, asked.transcripts, front)
        for notice in notices:
            console.print(f"note: {notice}", markup=False)
        with TerminalWatcher(console) as watcher:
            return Cached(clips, *_filled(clips, rows, front, caches, watcher))

    refuse_if_unfit(cache_config(front))
    train, held_out = list(map(cached, material.clips)), list(map(cached, material.held_out))
    data = training_data(material, train, held_out, config)
    for part in data.parts.values():
        for notice in part.notices:
            console.print(f"note: {notice}", markup=False)
    return data


def source_rows(clips: ClipSet, table: str | None, front: Config) -> tuple[list[Row], list[str]]:
    """The videos of a set as a run takes them, each with what is said in it, and notices.

    Args:
        table: of what is said, for all videos without words of their own; None: there is none.

    Raises:
        SetupError: as `pipeline.manifest.transcripts.with_table`.
    """
    said = clips.labelled.transcripts()
    rows: list[Row] = [
        {
            "video_id": video_id,
            "uri": path,
            "transcript_uri": None,
            "transcript_is_shared": False,
            "language": None,
            # What a run finds beside a video is also what is to be learnt from.
            "utterances": None if _has_subtitles(clips, path) else said.get(video_id),
            "extra": None,
            "warnings": [],
        }
        for video_id, path in clips.media.paths.items()
    ]
    notices: list[str] = []
    for location in dict.fromkeys([*clips.labelled.transcript_tables, *([table] if table else [])]):
        if any(not (row["utterances"] or row["transcript_uri"]) for row in rows):
            rows, told = with_table(rows, location, front)
            notices += told
    return rows, notices


def _has_subtitles(clips: ClipSet, path: str) -> bool:
    return clips.is_synthetic and Path(path).with_suffix(".srt").is_file()


def _filled(
    clips: ClipSet, rows: Sequence[Row], front: Config, caches: Path, watcher: TerminalWatcher
) -> tuple[CachedWindows, dict[str, str]]:
    """The cache of a set, and the videos that failed, each with the reason."""
    location = str(caches / clips.cache_name)
    folder = DatasetFolder(location)
    origin = Origin("front", sys.argv, [clips.root])
    require_same(Path(location), rows)
    try:
        fill(rows, front, folder, watcher, origin)
    except SetupError as fault:
        raise SetupError(str(fault).replace("--out ", "--cache: ", 1)) from fault
    wanted = {row["video_id"] for row in rows}
    failed = {
        video_id: f"{reasons[0].kind}: {reasons[0].message}"
        for video_id, reasons in failed_videos(folder).items()
        if video_id in wanted
    }
    if len(failed) == len(rows):
        first, why = next(iter(failed.items()))
        raise SetupError(
            f"{clips.root}: all {len(rows)} videos failed. The first, {first}: {why}. All of them "
            f"stand in {location}/failures/; take that folder of caches away to try again."
        )
    return CachedWindows(location), failed
