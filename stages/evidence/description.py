"""What a row says of an event."""

from typing import Any

from stages.evidence.movement.measure import Movement
from stages.evidence.spotting.apexes import moved, parts_of
from stages.evidence.spotting.confidence import confidence
from stages.evidence.spotting.naming import Named, name
from stages.evidence.spotting.spotted import Spotted

_BLINK = Named((45,), "eyes", "blink", 0.0)
_SPEECH = Named((), "lips", "speaking", 0.0)


def describe(movement: Movement, track_id: int, one: Spotted) -> dict[str, Any]:
    """The EVENT struct of `stages.rows`, without its number and its strip."""
    what = _named(movement, one)
    expression = one.kind in {"micro", "macro"}
    return {
        "event_id": None,
        "track_id": track_id,
        "kind": one.kind,
        "region": what.region,
        "action_units": list(what.units),
        "movement": what.words,
        "onset_s": float(movement.times_s[one.onset]),
        "apex_s": float(movement.times_s[one.apex]),
        "offset_s": float(movement.times_s[one.offset]),
        "intensity": round(what.intensity, 3) if expression else None,
        "confidence": round(one.rank if one.kind == "speech" else confidence(one), 3),
        "while_speaking": one.while_speaking,
        "strip": None,
    }


def _named(movement: Movement, one: Spotted) -> Named:
    if one.kind == "blink":
        return _BLINK
    if one.kind == "speech":
        return _SPEECH
    return name(one.units, moved(movement, one), parts_of(one))
