"""Movements, times and voices in plain words."""

from collections.abc import Sequence

from jobs.synthesize.plan import Delivery, Movement, Span
from pipeline.action_units import NAMES

# Those that stand first are told together where a face shows them all.
_BOTH: dict[tuple[int, ...], str] = {
    (1, 2, 4): "the brows are raised and drawn together",
    (1, 2): "the brows are raised along their whole length",
    (1, 4): "the inner ends of the brows rise and draw together",
    (1,): "the inner ends of the brows rise",
    (2,): "the outer ends of the brows rise",
    (4,): "the brows are lowered and drawn together",
    (5,): "the eyes widen",
    (6,): "the cheeks are raised",
    (7, 23): "the lids and the lips tighten",
    (7,): "the lids tighten",
    (9,): "the nose wrinkles",
    (10,): "the upper lip is raised",
    (12,): "the corners of the lips are pulled up",
    (14,): "the corners of the lips are tucked in",
    (15,): "the corners of the lips are pulled down",
    (16,): "the lower lip is pulled down",
    (17,): "the chin is pushed up",
    (20,): "the lips are stretched sideways",
    (23,): "the lips tighten",
    (24,): "the lips are pressed together",
    (25, 26): "the mouth falls open",
    (25,): "the lips part",
    (26,): "the jaw drops",
}
_ONE: dict[tuple[int, ...], str] = {
    (12, 14): "the {side} corner of the lips is pulled up and tucked in",
    (10,): "the {side} half of the upper lip is raised",
    (12,): "the {side} corner of the lips is pulled up",
    (14,): "the {side} corner of the lips is tucked in",
}
_HEARD_DB = 1.0
_HEARD_FACTOR = 1.03


def listed(parts: Sequence[str]) -> str:
    """The parts as a list in prose."""
    if len(parts) < 3:
        return " and ".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def quoted(text: str) -> str:
    """What is said, in quotation marks, for the middle of a sentence."""
    return f"“{text.removesuffix('.')}”"


def units_in_words(movement: Movement) -> str:
    """What is seen of an expression, and on which side, if on one: a clause."""
    left, told = set(movement.action_units), []
    for units, words in (_BOTH if movement.side == "both" else _ONE).items():
        if left.issuperset(units):
            told.append(words.format(side=movement.side))
            left.difference_update(units)
    if left:
        raise ValueError(f"there are no words for action units {sorted(left)}")
    return listed(told)


def units_by_name(movement: Movement) -> str:
    """The action units of an expression as FACS names them, and the side, if one."""
    named = listed([NAMES[number] for number in movement.action_units])
    return named if movement.side == "both" else f"{named}, {movement.side} side only"


def lasting(movement: Movement) -> str:
    """How long a movement takes."""
    return f"{movement.offset_s - movement.onset_s:.2f} s"


def when(movement: Movement, span: Span, speaker: str) -> str:
    """When a movement is seen, by the words of the speaker."""
    if movement.offset_s <= span.start_s:
        return f"just before {speaker} speaks"
    if movement.onset_s >= span.end_s:
        return f"just after {speaker} has spoken"
    if movement.apex_s < span.start_s:
        return f"as {speaker} begins to speak"
    return f"while {speaker} speaks" if movement.apex_s <= span.end_s else "as the words end"


def voice_in_words(delivery: Delivery) -> str:
    """How a voice differs from the speaker's own: "higher, faster and louder"; "" if not to the
    ear."""
    factors = ((delivery.pitch, "higher", "lower"), (delivery.pace, "faster", "slower"))
    heard = [
        more if factor > 1 else less
        for factor, more, less in factors
        if max(factor, 1 / factor) > _HEARD_FACTOR
    ]
    if abs(delivery.loudness_db) > _HEARD_DB:
        heard.append("louder" if delivery.loudness_db > 0 else "quieter")
    return listed(heard)
