"""Decisions from the file of another program, and what is said of them."""

from rich.console import Console

from pipeline.dataset.folder import DatasetFolder
from pipeline.reviews.importing.taking_over import take_over

_MOST_NAMES = 5


def import_decisions(
    folder: DatasetFolder, file: str, reviewer: str | None, console: Console
) -> None:
    """Take over the decisions of a file and say how many, and which could not be.

    Args:
        folder: the dataset.
        file: path or URI.
        reviewer: who decided, where the file does not say.
        console: where it is said.

    Raises:
        stages.faults.SetupError: the file cannot be read or followed, or a decision cannot be kept.
    """
    taken = take_over(folder, file, reviewer)
    unmatched = len(taken.unmatched)
    lines = [
        f"{file}: {taken.kept} decisions were added, {taken.known} were there already, "
        f"{unmatched} are of no row here",
        *taken.notices,
        *taken.unmatched[:_MOST_NAMES],
    ]
    if unmatched > _MOST_NAMES:
        lines.append(f"and {unmatched - _MOST_NAMES} more")
    for line in lines:
        console.print(line, markup=False, soft_wrap=True)
