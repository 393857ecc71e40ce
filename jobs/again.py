"""Rows made again, as `annotate --again` tells of it: which, from which stage on, and why."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict

from rich.console import Console

from pipeline.again.run import Wish, annotate_again, look
from pipeline.again.selection import Group
from pipeline.dataset.folder import DatasetFolder
from pipeline.run import Outcome, Watcher

_SHOWN = 5


def preview_again(folder: DatasetFolder, wish: Wish, console: Console, *, as_json: bool) -> None:
    """Print what would be made again; nothing is written and no video opened.

    Raises:
        SetupError: it would be refused.
    """
    groups = look(folder, wish)
    if as_json:
        print(json.dumps([asdict(group) for group in groups], indent=2, ensure_ascii=False))
        return
    _show(groups, wish, console)
    console.print("nothing was written")


def make_again(
    folder: DatasetFolder,
    wish: Wish,
    watcher: Watcher,
    console: Console,
    is_stopped: Callable[[], bool],
) -> Outcome | None:
    """Make rows again, and say what; None where there are none to make.

    Raises:
        SetupError, KeyboardInterrupt: as `pipeline.again.run.annotate_again`.
    """
    done = annotate_again(
        folder, wish, watcher, lambda groups: _show(groups, wish, console), is_stopped
    )
    if done is None:
        return None
    outcome, exchanged = done
    console.print(f"{exchanged.windows} windows were made again; older rows are in history/")
    if exchanged.refused:
        names = ", ".join(exchanged.refused[:_SHOWN])
        more = (
            f" and {len(exchanged.refused) - _SHOWN} more"
            if len(exchanged.refused) > _SHOWN
            else ""
        )
        console.print(
            f"{names}{more} failed and keep their older rows; history/failures/ says why",
            style="red",
            markup=False,
        )
    return outcome


def _show(groups: Sequence[Group], wish: Wish, console: Console) -> None:
    if not groups:
        why = "was made with anything else" if wish.where is None else "is named by --where"
        console.print(f"nothing is to be made again: no row of these videos {why}")
    for group in groups:
        console.print(
            f"{group.windows} windows of {group.videos} videos, from {group.start.stage} on "
            f"({group.start.why})",
            markup=False,
        )
