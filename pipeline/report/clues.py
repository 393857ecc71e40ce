"""The times that a description names, on the page, each with what was measured then."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.report.evidence import EvidenceView, movement
from pipeline.report.timeline import clock, span

_MOST_CLUES = 12  # a description
_MOST_EVENTS = 4  # a clue
_MOST_CHARACTERS = 120  # of the words that are said then
_VERDICTS = {True: "measured", False: "not measured", None: "not looked for"}


@dataclass(frozen=True)
class Link:
    """An event by its id, and what moved; `is_there`: the page has a place for it."""

    event_id: int
    words: str
    is_there: bool


@dataclass(frozen=True)
class ClueView:
    """A time that is named; `verdict` says whether anything measured supports it."""

    when: str
    verdict: str
    events: list[Link]
    words: str


def lay_out_clues(clues: list[Mapping[str, Any]] | None, evidence: EvidenceView) -> list[ClueView]:
    """The views of the first clues of a description in a window."""
    return [_clue(clue, evidence) for clue in (clues or [])[:_MOST_CLUES]]


def _clue(clue: Mapping[str, Any], evidence: EvidenceView) -> ClueView:
    start_s, end_s = clue["start_s"], clue["end_s"]
    near = [event_id for event_id in clue["event_ids"] or [] if event_id in evidence.by_id]
    return ClueView(
        when=clock(start_s) if start_s == end_s else span(start_s, end_s),
        verdict=_VERDICTS[clue["supported"]],
        events=[
            Link(event_id, _named(evidence.by_id[event_id]), evidence.is_listed(event_id))
            for event_id in near[:_MOST_EVENTS]
        ],
        words=(clue["words"] or "")[:_MOST_CHARACTERS],
    )


def _named(event: Mapping[str, Any]) -> str:
    kind, moved = event.get("kind") or "", movement(event)
    return moved if kind == moved else ": ".join(filter(None, (kind, moved)))
