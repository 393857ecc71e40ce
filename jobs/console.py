"""Where commands print."""

from rich.console import Console

_FILE_WIDTH = 160  # columns, where there is no terminal to ask


def open_console(*, to_stderr: bool = False, quiet: bool = False) -> Console:
    """A console that folds lines on a terminal and leaves them whole in a file or a pipe."""
    console = Console(highlight=False, stderr=to_stderr, quiet=quiet)
    if not console.is_terminal:
        console.width = _FILE_WIDTH
    return console
