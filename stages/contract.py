"""What a stage promises of its rows, and the errors that say which promise was broken."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import pyarrow as pa

from stages.rows import Row

Grain = Literal["video", "window"]

Need = Literal["model", "identity", "open_language_model", "spending"]
"""What a run can hand to the constructor of a stage: the section of the model, the weights of the
run (`stages.identity.Identity`), how a language model is opened here, and what the rows of its
dataset have cost (`stages.spending.Spending`)."""


@dataclass(frozen=True)
class StageSpec:
    """What a stage is called, what it takes and gives, and what it wants of the run.

    Attributes:
        name: of the stage and of its section in the configuration.
        reads: columns that a row must have.
        writes: columns that a row has behind the stage.
        drops: columns that a row has no longer.
        grain: what a row stands for that the stage takes.
        makes_windows: the stage takes the row of a video and gives the rows of its windows.
        columns: results of its own, by name: those of `writes` that `stages.rows.FIELDS` does not
            know. They stand in the annotations.
        in_failures: those of `columns` that also stand in the failures.
        needs: arguments of the constructor, beside the section, that the run supplies.
    """

    name: str
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    drops: tuple[str, ...] = ()
    grain: Grain = "window"
    makes_windows: bool = False
    columns: Mapping[str, pa.DataType] = field(default_factory=dict)
    in_failures: tuple[str, ...] = ()
    needs: tuple[Need, ...] = ()


class ContractError(Exception):
    """A stage did not do what its spec says: a defect of the stage, not of the data."""


def require_columns(stage: str, verb: str, columns: Iterable[str], rows: Iterable[Row]) -> None:
    """See to it that each row has each column.

    Args:
        stage: the name of the stage.
        verb: "reads" or "writes", whichever the columns are.
        columns: their names.
        rows: before or behind the stage.

    Raises:
        ContractError: one is missing; names stage and column.
    """
    for row in rows:
        missing = [name for name in columns if name not in row]
        if missing:
            raise ContractError(
                f"stage {stage} {verb} {', '.join(missing)}, and the row "
                f"{'has' if verb == 'reads' else 'behind it has'} no such column"
            )


def require_every_row(spec: StageSpec, given: Sequence[Row], gave: Sequence[Row]) -> None:
    """See to it that a stage gave each row once, or all windows of each video once.

    Raises:
        ContractError: rows were lost, doubled or made up; names the stage and the first of them.
    """
    expected = Counter(_windows(given, gave) if spec.makes_windows else map(_key, given))
    found = Counter(map(_key, gave))
    for fault, rows in (("lost", expected - found), ("doubled or made up", found - expected)):
        if rows:
            raise ContractError(
                f"stage {spec.name} {fault} {rows.total()} of {len(given)} rows, first "
                f"{_name(next(iter(rows)))}"
            )


_Key = tuple[object, object]


def _key(row: Row) -> _Key:
    return row.get("video_id"), row.get("window_index")


def _name(key: _Key) -> str:
    video_id, window_index = key
    return str(video_id) if window_index is None else f"{video_id}#{window_index}"


def _windows(videos: Sequence[Row], windows: Sequence[Row]) -> list[_Key]:
    """The windows that there must be: as many of each video as its windows say, at least one."""
    counts = {row.get("video_id"): row.get("window_count") or 1 for row in windows}
    return [
        (video_id, index)
        for video_id in (row.get("video_id") for row in videos)
        for index in range(counts.get(video_id, 1))
    ]
