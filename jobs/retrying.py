"""Which earlier failures are to be taken again."""

from collections.abc import Sequence

from stages.faults import ErrorKind


def failure_kinds(asked: bool | Sequence[str]) -> tuple[str, ...]:
    """The kinds that are asked for: all (True), none (False), or those named.

    Raises:
        ValueError: a name is of no kind.
    """
    if isinstance(asked, bool):
        return tuple(ErrorKind) if asked else ()
    for name in asked:
        if name not in list(ErrorKind):
            raise ValueError(f"{name} is no kind of failure; there are {', '.join(ErrorKind)}")
    return tuple(asked)
