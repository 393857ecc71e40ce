"""What a run would do, for `--dry-run`: each video, how far it is, and the transcript it has."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from rich.console import Console
from rich.table import Table

from pipeline.config import Config
from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.ledger import Ledger
from pipeline.dataset.record import require_same
from pipeline.identity import identify, making_of
from pipeline.planning.transcript import transcript_of
from stages.rows import Row
from stages.transcribe import TranscribeConfig

_SHOWN = 50


@dataclass(frozen=True)
class Plan:
    """What would be done with one video."""

    video_id: str
    uri: str
    state: str  # what would be done
    transcript: str  # where its text would come from


def preview(
    rows: list[Row], config: Config, folder: DatasetFolder, console: Console, *, as_json: bool
) -> None:
    """Print what a run would do with the source rows; nothing is written and no video opened.

    As JSON all of them, else the first ones.

    Raises:
        SetupError: the run would be refused: its folder holds another kind of rows.
    """
    require_same(folder, making_of(config, identify(config)))
    ledger = Ledger.read(folder)
    ledger.check_video_ids(rows)
    plans = _plans(rows, config, ledger)
    if as_json:
        print(json.dumps([asdict(plan) for plan in plans], indent=2, ensure_ascii=False))
        return
    table = Table("video", "what would be done", "transcript", box=None, padding=(0, 2, 0, 0))
    for plan, _ in zip(plans, range(_SHOWN), strict=False):
        table.add_row(plan.video_id, plan.state, plan.transcript)
    console.print(table, markup=False)
    if len(rows) > _SHOWN:
        console.print(f"and {len(rows) - _SHOWN} videos more; --json lists all")
    done = sum(ledger.progress(row["video_id"]).done for row in rows)
    console.print(f"{len(rows)} videos, {done} of them done, with {' -> '.join(config.stages)}")
    console.print(f"results would go to {folder.location}; nothing was written", markup=False)


def _plans(rows: list[Row], config: Config, ledger: Ledger) -> Iterator[Plan]:
    for row in rows:
        progress = ledger.progress(row["video_id"])
        state = "annotate"
        if progress.done:
            state = "pass over: it is done" + (", with failures" if progress.has_failed else "")
        elif progress.window_count:
            state = f"annotate {progress.owed} of {progress.window_count} windows"
        elif row.get("error"):
            state = f"fail: {row['error']['kind']}: {row['error']['message']}"
        yield Plan(row["video_id"], row["uri"], state, _transcript(row, config))


def _transcript(row: Row, config: Config) -> str:
    section = config.section(TranscribeConfig)
    found = transcript_of(row, section)
    if found.fault is not None:
        return f"fails: {found.fault}"
    if found.name is None:
        heard = "speech recognition" if section.asr else "voice activity, no text"
        return "; ".join([f"none: subtitles inside the video, else {heard}", *found.warnings])
    return "; ".join([f"{found.name} ({found.lines} lines)", *found.warnings])
