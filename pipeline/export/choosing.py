"""Which rows are exported, and why the others are not."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from pipeline.catalogue import Where, read_catalogue
from pipeline.dataset.folder import DatasetFolder
from pipeline.export.order import Order
from pipeline.export.overlay import overlaid
from pipeline.export.unit import Answer
from pipeline.reviews.standing import Standing, Unit, standings, unit_of
from pipeline.reviews.store import read_decisions
from stages.rows import Row

_REVIEW_COLUMNS = (
    pa.field("review", pa.string()),
    pa.field("reviewers", pa.list_(pa.string())),
)


_NOT_NAMED = "not named by --where"


@dataclass(frozen=True)
class Chosen:
    """A row that is exported.

    Attributes:
        row: flat, overlaid with what people decided.
        machine: what the model said.
        standing: what people decided; None: nobody did.
    """

    row: Row
    machine: Answer
    standing: Standing | None


@dataclass(frozen=True)
class Choice:
    """What is exported.

    Attributes:
        videos: in order of their ids, the rows of each in order of time.
        left_out: how many rows are not exported, by reason.
        columns: of the rows.
    """

    videos: Mapping[str, list[Chosen]]
    left_out: Mapping[str, int]
    columns: pa.Schema


def choose(folder: DatasetFolder, order: Order) -> Choice:
    """The rows that an order names.

    `where` is asked of the rows as people left them, with the columns `review` and `reviewers`
    beside those of the catalogue.

    Raises:
        stages.faults.SetupError: a file cannot be read, or the expression is wrong.
    """
    standing = {} if order.reviewed == "ignore" else standings(read_decisions(folder))
    tables = read_catalogue(folder, order.level)
    first = next(tables)
    columns = pa.schema([*first.schema, *_REVIEW_COLUMNS])
    where = None if order.where is None else Where(order.where, columns)
    left_out: Counter[str] = Counter()
    videos: dict[str, list[Chosen]] = {}
    for table in tables:
        seen = [_chosen(row, standing) for row in table.to_pylist()]
        named = seen if where is None else _named(seen, columns, where)
        left_out[_NOT_NAMED] += len(seen) - len(named)
        for one in named:
            reason = _reason(one, order)
            left_out[reason] += bool(reason)
            if not reason:
                videos.setdefault(one.row["video_id"], []).append(one)
    in_order = {video_id: _in_order(videos[video_id]) for video_id in sorted(videos)}
    columns = columns.append(pa.field("split", pa.string()))
    return Choice(in_order, +left_out, columns)


def _named(seen: list[Chosen], columns: pa.Schema, where: Where) -> list[Chosen]:
    rows = pa.Table.from_pylist([one.row for one in seen], schema=columns)
    ids = set(where.matching(rows)["unit_id"].to_pylist())
    return [one for one in seen if one.row["unit_id"] in ids]


def _in_order(rows: list[Chosen]) -> list[Chosen]:
    """Each once, in order of time."""
    once = {one.row["unit_id"]: one for one in rows}
    return sorted(once.values(), key=lambda one: (one.row["start_s"], one.row["unit_id"]))


def _chosen(row: Row, standing: Mapping[Unit, Standing]) -> Chosen:
    own = standing.get(unit_of(row))
    if own is not None and not own.is_of(row["start_s"], row["end_s"]):
        own = None  # the row was cut anew since
    machine = Answer(row["description"], tuple(row["labels"] or ()))
    return Chosen(overlaid(row, own), machine, own)


def _reason(one: Chosen, order: Order) -> str:
    """Why a row is not exported; "" if it is."""
    standing = one.standing
    if standing is not None and not standing.is_usable:
        return standing.state
    if order.reviewed == "only" and standing is None:
        return "not reviewed"
    confidence = one.row["confidence"]
    if order.min_confidence is not None and (confidence or 0.0) < order.min_confidence:
        return f"less sure than {order.min_confidence:g}"
    return ""
