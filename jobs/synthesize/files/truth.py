"""The table of what is true: a row for each utterance of each clip."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from jobs.synthesize.files.whole import written_whole
from jobs.synthesize.plan import Dialogue, Movement, Span, Split
from jobs.synthesize.script.emotions import UNCLEAR
from jobs.synthesize.speech.timing import speaker_of
from pipeline.evaluation.truth_columns import TRUTH_COLUMNS

Row = dict[str, object]

_GROUP_ROWS = 1024  # so many wait in memory


class Clue(Protocol):
    """What tells a feeling, and from when to when it can be seen or heard, seconds."""

    @property
    def modality(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def start_s(self) -> float: ...
    @property
    def end_s(self) -> float: ...


@dataclass(frozen=True)
class ClipFacts:
    """What is the same in all rows of a clip.

    Attributes:
        video_id: name of its file; of a script without a film, the name it would have without
            its suffix.
        split: whose heads and sentences it has.
        seed, index: what it was drawn from.
        fps: pictures a second.
        width, height: pixels. All three are None where there is no film.
    """

    video_id: str
    split: Split
    seed: int
    index: int
    fps: float | None = None
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True)
class Explained:
    """Why a turn's feeling is what it is said to be: in prose, and clue by clue."""

    description: str
    clues: Sequence[Clue]


@dataclass(frozen=True)
class Seen:
    """A movement, and whether the picture shows it."""

    movement: Movement
    in_view: bool


def truth_rows(
    clip: ClipFacts,
    dialogue: Dialogue,
    spans: tuple[Span, ...],
    movements: Sequence[Seen],
    explained: Sequence[Explained],
    *,
    places: Sequence[str | None],
) -> list[Row]:
    """The rows of a clip, one for each turn, with the columns of `TRUTH_COLUMNS`.

    Each movement is in just one row: that of the turn it shows, or, where it shows none, that of
    the turn at whose time its apex is.

    Args:
        clip: what all rows say.
        dialogue, spans, movements, explained: what happens in it.
        places: where the speaker of each turn is seen.
    """
    owners = [_row_of(seen.movement, spans) for seen in movements]
    rows: list[Row] = []
    for index, (turn, span, why) in enumerate(zip(dialogue.turns, spans, explained, strict=True)):
        own = [seen for seen, owner in zip(movements, owners, strict=True) if owner == index]
        identity = speaker_of(dialogue, turn).identity
        is_told = turn.feeling.family != UNCLEAR
        rows.append(
            {
                "video_id": clip.video_id,
                "utterance_index": index,
                "start_s": span.start_s,
                "end_s": span.end_s,
                "speaker": turn.speaker,
                "text": turn.text,
                "labels": list(turn.feeling.labels),
                "family": turn.feeling.family if is_told else None,
                "intensity": turn.feeling.intensity if is_told else None,
                "description": why.description,
                "clues": [_clue(clue) for clue in why.clues],
                "display": turn.display,
                "worn_family": turn.worn.family if turn.worn else None,
                "worn_labels": list(turn.worn.labels) if turn.worn else None,
                "text_role": turn.text_role,
                "text_family": turn.text_family,
                "needs_context": turn.needs_context,
                "voice_tells": turn.voice_tells,
                "events": [_event(seen) for seen in sorted(own, key=_order)],
                "identity": f"{clip.split}-{identity:04d}",
                "speaker_place": places[index],
                "split": clip.split,
                "seed": clip.seed,
                "clip_index": clip.index,
                "fps": clip.fps,
                "width": clip.width,
                "height": clip.height,
            }
        )
    return rows


class TruthWriter:
    """Takes the rows of clip after clip; made by `truth_writer`."""

    def __init__(self, parquet: pq.ParquetWriter) -> None:
        self._parquet = parquet
        self._waiting: list[Row] = []

    def add(self, rows: Iterable[Row]) -> None:
        """Take the rows of a clip; write when a row group is full."""
        self._waiting += rows
        while len(self._waiting) >= _GROUP_ROWS:
            self._write(self._waiting[:_GROUP_ROWS])
            del self._waiting[:_GROUP_ROWS]

    def finish(self) -> None:
        """Write what waits."""
        if self._waiting:
            self._write(self._waiting)
            self._waiting = []

    def _write(self, rows: list[Row]) -> None:
        self._parquet.write_table(pa.Table.from_pylist(rows, TRUTH_COLUMNS), _GROUP_ROWS)


@contextmanager
def truth_writer(path: Path) -> Iterator[TruthWriter]:
    """Write a table of truth, which is at `path` whole when the block has ended, or not at all.

    The same rows give the same bytes, however they come. At most a row group is held in memory.

    Raises:
        SetupError: the file cannot be written.
    """
    with (
        written_whole(path) as hidden,
        pq.ParquetWriter(hidden, TRUTH_COLUMNS, compression="zstd", version="2.6") as parquet,
    ):
        writer = TruthWriter(parquet)
        yield writer
        writer.finish()


def _row_of(movement: Movement, spans: tuple[Span, ...]) -> int:
    """The turn a movement belongs to; the borders of turns in time are amid the pauses."""
    if movement.turn is not None:
        return movement.turn
    borders_s = [(before.end_s + after.start_s) / 2 for before, after in pairwise(spans)]
    return sum(border_s <= movement.apex_s for border_s in borders_s)


def _order(seen: Seen) -> tuple[float, str, str]:
    return seen.movement.onset_s, seen.movement.person, seen.movement.kind


def _clue(clue: Clue) -> Row:
    return {
        "modality": clue.modality,
        "text": clue.text,
        "start_s": clue.start_s,
        "end_s": clue.end_s,
    }


def _event(seen: Seen) -> Row:
    movement = seen.movement
    return {
        "person": movement.person,
        "kind": movement.kind,
        "pattern": movement.pattern,
        "action_units": list(movement.action_units),
        "side": movement.side,
        "onset_s": movement.onset_s,
        "apex_s": movement.apex_s,
        "offset_s": movement.offset_s,
        "intensity": movement.intensity,
        "in_view": seen.in_view,
    }
