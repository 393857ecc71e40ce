"""The columns that an expression may name are those of the documentation."""

import re
from pathlib import Path

from pipeline.catalogue.columns import COLUMNS

_ROW = re.compile(r"^\| `(\w+)` \| ([A-Z()\[\], ]+) \| (.*) \|$", re.MULTILINE)
_OF_EXPORTS = {"review", "reviewers"}


def test_every_column_is_documented_as_it_is() -> None:
    page = Path(__file__).parents[3] / "docs" / "export.md"
    told = [row for row in _ROW.findall(page.read_text("utf-8")) if row[0] not in _OF_EXPORTS]
    assert told == [(column.name, column.kind, column.meaning) for column in COLUMNS]
