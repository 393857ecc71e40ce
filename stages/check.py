"""The outcome of one look at what a run needs, made before the first video."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How a check ended."""

    OK = "ok"
    WARN = "warn"  # a run is possible, and a person should know
    FAIL = "fail"  # a run is not possible


@dataclass(frozen=True)
class Check:
    """One thing that was looked at: what was found and, unless it is fine, what to do."""

    name: str
    state: State
    detail: str
    remedy: str = ""


def ok(name: str, detail: str) -> Check:
    """A check that found everything in place."""
    return Check(name, State.OK, detail)


def warn(name: str, detail: str, remedy: str) -> Check:
    """A check that found something a person should know."""
    return Check(name, State.WARN, detail, remedy)


def fail(name: str, detail: str, remedy: str) -> Check:
    """A check that found what makes a run impossible."""
    return Check(name, State.FAIL, detail, remedy)
