"""What the rows of a dataset have cost."""

import pyarrow.compute as pc

from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.layout import ANNOTATIONS, FAILURES
from pipeline.dataset.nested import field_of
from pipeline.dataset.reading import read_columns
from stages.spending import Spending


def spending_of(location: str | None) -> Spending:
    """What the rows and failures in a folder say that they have cost.

    Args:
        location: of the dataset; None: there is none, and nothing was spent.

    Raises:
        SetupError: as `read_columns`.
    """
    if location is None:
        return Spending()
    folder, spent = DatasetFolder(location), 0.0
    for kind in (ANNOTATIONS, FAILURES):
        for rows in read_columns(folder, kind, ["chat_usage"]):
            spent += pc.sum(field_of(rows.column("chat_usage"), "cost")).as_py() or 0.0
    return Spending(folder.location, spent)
