"""Files take the place of others, all at once; what a process that died had begun is ended.

All files are made under hidden names first. From the moment in which the journal is written,
whoever reads this dataset by it sees them and no longer what they take the place of.
"""

import time

from pipeline.dataset.draft import publish
from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.gathering import Journal
from pipeline.dataset.layout import AGAIN, ANNOTATIONS, CUTS, FAILURES, HISTORY, JOURNAL

_LISTED_S = 2.0  # until a reader that has listed a folder has looked at each of its files
_WRITTEN_TO = (ANNOTATIONS, FAILURES, CUTS, f"{HISTORY}/{ANNOTATIONS}", f"{HISTORY}/{FAILURES}")


def put_in_place(folder: DatasetFolder, journal: Journal) -> None:
    """Let drafts take the place of the files that the journal names.

    Only for who holds the lock.

    Raises:
        SetupError: a file cannot be written or taken away; `settle` goes on from there.
    """
    folder.write_bytes(JOURNAL, journal.to_bytes())
    _finish(folder, journal)


def settle(folder: DatasetFolder) -> None:
    """End what a process that died had begun to put in place, and take away what it left.

    Only for who holds the lock.

    Raises:
        SetupError: as `put_in_place`.
    """
    folder.clear_unfinished([""])  # before the lock's own file is written anew there
    journal = folder.journal()
    if journal is not None:
        _finish(folder, journal)
    folder.clear_unfinished(_WRITTEN_TO)


def _finish(folder: DatasetFolder, journal: Journal) -> None:
    """Do what the journal says, however far that was."""
    if publish(folder, journal.gatherings):
        time.sleep(_LISTED_S)
    for one in journal.gatherings:
        for name in one.parts:
            if name != one.gathered:
                folder.remove(name)
    if journal.clears_again:
        folder.remove_folder(AGAIN)
    folder.remove(JOURNAL)
