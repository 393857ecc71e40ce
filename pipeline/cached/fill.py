"""Filling a cache: the front half of a run, whose results are what a model would see."""

from collections.abc import Sequence

from pipeline.config import Config
from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.layout import FAILURES
from pipeline.dataset.reading import read_light
from pipeline.dataset.record import Origin
from pipeline.recipe import RecipeError
from pipeline.run import Failure, Outcome, Watcher, annotate
from stages.faults import SetupError
from stages.rows import Row

_KEEP = "keep"
_PART_ROWS = 8  # a window has up to some 20 MB, and the driver holds a part a few times over


def cache_config(config: Config) -> Config:
    """The configuration of the run that fills a cache for the model of `config`.

    It has the stages before the first that needs the model, stages of one's own among them, and
    then keep. Part files hold few windows, since these are large.

    Raises:
        SetupError: those stages find no faces, or make no run.
    """
    recipe = config.recipe
    with_model = [name for name in recipe.names if "model" in recipe[name].spec.needs]
    end = recipe.names.index(with_model[0]) if with_model else len(recipe.names)
    front = [name for name in config.stages[:end] if name != _KEEP]
    part_rows = min(config.sink.part_rows, _PART_ROWS)
    sink = config.sink.model_copy(update={"part_rows": part_rows, "keep": ()})
    try:
        return config.model_copy(update={"sink": sink}).with_stages([*front, _KEEP])
    except RecipeError as fault:
        raise SetupError(
            f"stages: {fault}. A model learns from frames and face crops: let the stages before "
            "encode be transcribe, segment, decode, faces and evidence."
        ) from fault


def fill(
    sources: Sequence[Row],
    config: Config,
    folder: DatasetFolder,
    watcher: Watcher,
    origin: Origin,
) -> Outcome:
    """Bring the sources that the cache in `folder` does not hold yet through the front half.

    What was cached or failed before is not taken again, so a run that was stopped goes on.
    `pipeline.cached.windows` reads the cache, `failed_videos` says what is not in it.

    Args:
        sources: rows of videos.
        config: of the run whose model is to see the windows; see `cache_config`.
        folder: of the cache.
        watcher: is told how it goes.
        origin: what a person asked for.

    Raises:
        SetupError: as `pipeline.run.annotate` and `cache_config`.
    """
    return annotate(sources, cache_config(config), folder, watcher, origin)


def failed_videos(folder: DatasetFolder) -> dict[str, list[Failure]]:
    """The videos that a cache lacks, the whole or windows of it, and why, in order of their ids."""
    found: dict[str, dict[str, Failure]] = {}
    for row in read_light(folder, FAILURES, ["video_id", "window_id", "error"]):
        name = row["window_id"] or row["video_id"]
        of_video = found.setdefault(row["video_id"], {})
        of_video[name] = Failure(name, row["error"]["kind"], row["error"]["message"])
    return {video_id: list(found[video_id].values()) for video_id in sorted(found)}
