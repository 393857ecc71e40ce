"""Spans on a time line, as the template draws them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Block:
    """A span on a time line, in percent. `strength`, 0..1, is how opaque it is."""

    left: float
    width: float
    text: str
    title: str
    colour: int = 0
    strength: float = 1.0
    kind: str = ""  # of an event
    apex: float = 0.0  # percent of the span, of an event


@dataclass(frozen=True)
class Lane:
    """A line of spans of one kind: "speech", "face", "events" or "curve".

    `path` is a curve behind the spans (`pipeline.report.curve.path`), "" where there is none.
    """

    name: str
    kind: str
    blocks: list[Block]
    path: str = ""
