"""What the rows of a dataset have cost."""

import pyarrow.compute as pc

from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.layout import ANNOTATIONS, FAILURES
from pipeline.dataset.nested import field_of
from pipeline.dataset.reading import read_columns
from stages.spending import Spending


def spending_of(location: str | None) -> Spending:
    """What the rows and failures in a folder have cost, to be read when it is asked for.

    Args:
        location: of the dataset; None: there is none, and nothing was spent.
    """
    if location is None:
        return Spending()
    folder = DatasetFolder(location)
    return Spending(folder.location, lambda: _spent(folder))


def _spent(folder: DatasetFolder) -> float:
    """
    Raises:
        SetupError: as `read_columns`.
    """
    spent = 0.0
    for kind in (ANNOTATIONS, FAILURES):
        for rows in read_columns(folder, kind, ["chat_usage"]):
            spent += pc.sum(field_of(rows.column("chat_usage"), "cost")).as_py() or 0.0
    return spent
