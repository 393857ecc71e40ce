"""A description on another clock: of a cut, say, that begins later than what was described."""

from stages.answer.times import SENTENCE_ENDS, places_of_times

_OUTSIDE_S = 0.25  # that a time may lie beyond the new clock's ends: it was rounded


def moved_times(text: str, by_s: float, length_s: float) -> str:
    """The text with each time that it names moved; sentences that name one outside are left out.

    Numbers keep their form: decimals, a comma, minutes. What is a length of time stays.

    Args:
        text: with single spaces.
        by_s: seconds that are added to each.
        length_s: of the new clock, which begins at 0.
    """
    kept = []
    at = 0
    for end in [*(found.end() for found in SENTENCE_ENDS.finditer(text)), len(text)]:
        kept.append(_moved(text[at:end], by_s, length_s))
        at = end
    return "".join(kept).strip()


def _moved(sentence: str, by_s: float, length_s: float) -> str:
    """ "" if it names a time outside."""
    for first, end in reversed(places_of_times(sentence)):
        time_s = _seconds(sentence[first:end]) + by_s
        if not -_OUTSIDE_S <= time_s <= length_s + _OUTSIDE_S:
            return ""
        written = _written(min(max(time_s, 0.0), length_s), sentence[first:end])
        sentence = sentence[:first] + written + sentence[end:]
    return sentence


def _seconds(written: str) -> float:
    total = 0.0
    for part in written.replace(",", ".").split(":"):
        total = 60 * total + float(part)
    return total


def _written(time_s: float, like: str) -> str:
    """A time in the form of another one."""
    _, mark, decimals = like.replace(",", ".").partition(".")
    places = len(decimals)
    parts = like.count(":")
    if not parts:
        told = f"{time_s:.{places}f}"
    else:
        whole = round(time_s, places)
        minutes, seconds = divmod(whole, 60)
        width = 2 + (places + 1 if mark else 0)
        told = f"{seconds:0{width}.{places}f}"
        if parts == 1:
            told = f"{int(minutes)}:{told}"
        else:
            told = f"{int(minutes) // 60}:{int(minutes) % 60:02}:{told}"
    return told.replace(".", ",") if "," in like else told
