"""The times that a text names: "at 1.2 s", "from 1.2 to 1.5 seconds", "around 0:03".

English, and French where it is built alike. What is a length of time ("for 0.3 s", "within two
seconds", "1.5 s later") is no time, and a number without a unit is none either.
"""

import re
from dataclasses import dataclass

_NUMBER = r"(?<![\w.,:])[0-9]{1,5}(?:\.[0-9]{1,3}|,[0-9]{1,2})?(?![0-9:])"
_CLOCK = r"(?<![\w.,:])(?:[0-9]{1,2}:)?[0-9]{1,3}:[0-5][0-9](?:[.,][0-9]{1,3})?(?![0-9:])"
_TIME = rf"(?:{_CLOCK}|{_NUMBER})"
_UNIT = r"[ -]?(?:s|secs?|seconds?|secondes?)\b"
_WITH_UNIT = rf"(?:{_CLOCK}|{_NUMBER}{_UNIT})"
_TO = r"(?: ?[-–—] ?| (?:to|until|till|through|à|jusqu'à) )"
_ROUGHLY = r"(?:(?:about|around|approximately|roughly|exactly|just|the|environ|t ?=) ?){0,2}"
# Before a length of time: "for around 3 s" names none.
_NO_LENGTH = r"(?<!\bfor )(?<!\bof )(?<!lasts )(?<!lasting )(?<!lasted )(?<!within )(?<!takes )"
_AT = r"(?:\b(?:at|near|from|since|until|till|after|before|towards?|vers|dès|après|avant)|à|@|~|≈)"
_LATER = r"(?! ?(?:of|long|later|earlier|apart|ago|in total|a\.?m|p\.?m|plus tard)\b)"
_FROM = rf"(?:\b(?:from|during|at|near|and|de|et) |{_NO_LENGTH}\baround |\()"

# In this order; what one has read the next ones no longer see. True: two ends of one span.
_FORMS: tuple[tuple[bool, re.Pattern[str]], ...] = tuple(
    (is_span, re.compile(form, re.IGNORECASE))
    for is_span, form in (
        (True, rf"\b(?:between|entre) {_TIME}(?:{_UNIT})? (?:and|et) {_WITH_UNIT}{_LATER}"),
        (True, rf"{_FROM}{_ROUGHLY}{_TIME}(?:{_UNIT})?{_TO}{_ROUGHLY}{_WITH_UNIT}{_LATER}"),
        (True, rf"\bsecond(?:e?s)? {_TIME}{_TO}{_TIME}"),
        (True, rf"{_CLOCK}{_TO}{_CLOCK}"),
        (
            False,
            rf"(?:{_AT}|{_NO_LENGTH}\baround) ?{_ROUGHLY}"
            rf"(?:{_TIME}(?:{_UNIT})?,? (?:(?:and|et) )?){{0,9}}{_WITH_UNIT}{_LATER}",
        ),
        (False, rf"\bseconde? {_TIME}"),
        (False, rf"{_NUMBER}{_UNIT} (?:into|mark)\b"),
        (False, _CLOCK + _LATER),
    )
)
_ANY = re.compile(_TIME)

# A full stop ends no sentence before a small letter ("at 3 sec. she smiles").
SENTENCE_ENDS = re.compile(r"(?<=[.!?…])[\"'”’)]*\s+(?![a-z])|\n+")


@dataclass(frozen=True)
class NamedTime:
    """A moment or a span as it is named.

    Attributes:
        start_s: seconds.
        end_s: seconds; of a moment the same.
        rounding_s: how far off it may be for having been rounded: half of its last digit.
    """

    start_s: float
    end_s: float
    rounding_s: float


def named_times(text: str) -> list[NamedTime]:
    """The times that `text` names, in order, each once.

    Args:
        text: with single spaces.
    """
    found: dict[NamedTime, int] = {}
    for is_span, form in _FORMS:
        for match in form.finditer(text):
            for time in _read(match.group(), is_span=is_span):
                found.setdefault(time, match.start())
        text = form.sub(lambda match: "\0" * len(match.group()), text)
    return sorted(found, key=lambda time: (found[time], time.start_s, time.end_s))


def places_of_times(text: str) -> list[tuple[int, int]]:
    """Where in `text` each number stands that `named_times` reads, in order: first and end."""
    found: set[tuple[int, int]] = set()
    for _, form in _FORMS:
        for match in form.finditer(text):
            for time in _ANY.finditer(match.group()):
                found.add((match.start() + time.start(), match.start() + time.end()))
        text = form.sub(lambda match: "\0" * len(match.group()), text)
    return sorted(found)


def _read(named: str, *, is_span: bool) -> list[NamedTime]:
    times = [_seconds(match.group()) for match in _ANY.finditer(named)]
    if is_span:
        (first, second), rounding_s = (
            sorted(time for time, _ in times),
            max(off for _, off in times),
        )
        return [NamedTime(first, second, rounding_s)]
    return [NamedTime(time, time, rounding_s) for time, rounding_s in times]


def _seconds(written: str) -> tuple[float, float]:
    """The time, and half of its last digit."""
    *larger, seconds = written.replace(",", ".").split(":")
    total = 0.0
    for unit in larger:
        total = 60 * (total + int(unit))
    decimals = len(seconds.partition(".")[2])
    return round(total + float(seconds), 3), 0.5 * 10.0**-decimals
