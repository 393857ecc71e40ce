"""Annotation as a function, for `microemo.annotate`: nothing is printed, faults are raised."""

import json
import sys
from collections.abc import Mapping, Sequence

from jobs.retrying import failure_kinds
from pipeline.checks import refuse_if_unfit
from pipeline.config import load_config
from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.opened import Dataset
from pipeline.dataset.quality import write_quality
from pipeline.dataset.record import Origin
from pipeline.dataset.totals import count
from pipeline.manifest import resolve_inputs, with_table
from pipeline.report import write_report
from pipeline.run import SilentWatcher, annotate


def annotate_silently(
    videos: Sequence[str],
    out: str,
    preset: str,
    overrides: Mapping[str, object] | Sequence[str],
    *,
    limit: int | None = None,
    retry_failed: bool | Sequence[str] = False,
    transcripts: str | None = None,
) -> Dataset:
    """Annotate, write the report and open the dataset.

    Raises:
        SetupError: the run is not possible.
        ValueError: `limit` is below 1, or `retry_failed` names what is no kind of failure.
    """
    if limit is not None and limit < 1:
        raise ValueError(f"limit is {limit}; it must be 1 or more, or None for all videos")
    retry = failure_kinds(retry_failed)
    texts = _as_texts(overrides) if isinstance(overrides, Mapping) else list(overrides)
    config = load_config(preset, texts)
    folder = DatasetFolder(out)
    rows = resolve_inputs(videos).rows
    if transcripts is not None:
        rows, _ = with_table(rows, transcripts, config)
    refuse_if_unfit(config)
    origin = Origin(preset, sys.argv, [*videos, *([transcripts] if transcripts else [])])
    annotate(rows[:limit], config, folder, SilentWatcher(), origin, retry=retry)
    totals = count(folder)
    write_report(folder, totals)
    write_quality(folder, totals, [row["video_id"] for row in rows[:limit]])
    return Dataset(folder)


def _as_texts(overrides: Mapping[str, object]) -> list[str]:
    """`key=value` with the value in JSON, which is YAML too: the text "no" stays a text."""
    return [
        f"{key}={json.dumps(value, default=str, ensure_ascii=False)}"
        for key, value in overrides.items()
    ]
