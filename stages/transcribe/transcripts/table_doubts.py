"""Signs that a table is of several clips, although no column that is known names them."""

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from stages.clock import seconds
from stages.transcribe.transcripts.dialogue_csv import Table

_ID_LIKE = re.compile(r"(?=[^\s]*[^\W\d_])(?=[^\s]*[\d_./-])[^\s]{2,}")


def is_like_an_id(cell: str) -> bool:
    """Whether a cell reads like a file's name: one word of letters with digits or marks."""
    return _ID_LIKE.fullmatch(cell.strip()) is not None


def sign_of_many(table: Table) -> str | None:
    """Why the lines may be of several clips; None where nothing says so."""
    for column, cells in _id_columns(table):
        if len(set(cells)) == len(cells) and all(map(is_like_an_id, cells)):
            return f"its column {column} reads like their names"
    return _begins_again(table)


def _id_columns(table: Table) -> Iterator[tuple[str, list[str]]]:
    """Columns that may name clips although their names do not say so, and their cells."""
    for column in table.lines[0].unknown if table.lines else ():
        yield column, [line.unknown[column].strip() for line in table.lines]
    if "counter" in table.columns:
        yield "of ids", [line["counter"] for line in table.lines]


def _begins_again(table: Table) -> str | None:
    """How one sees that the lines are not those of one video, if one does."""
    if not table.has_times:
        return f"it has {len(table.lines)} lines without times" if len(table.lines) > 1 else None
    starts: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for line in table.lines:
        try:
            start_s = seconds(line["start"], decimal_comma=table.decimal_comma)
        except ValueError:
            continue
        starts[line["speaker"]].append((start_s, line.place))
    for of_speaker in starts.values():
        for (before, _), (after, place) in pairwise(of_speaker):
            if after < before or after == before == 0:
                return f"its times begin again in {place}"
    return None
