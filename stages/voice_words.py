"""A voice in a few fixed words, for a prompt or a reader: "louder and higher than usual, fast"."""

from collections.abc import Iterator
from typing import Any

from stages.voice_measures import Voice

LOUDER_DB = 3.0  # twice the power; the level of one calm speaker varies by 1 to 2 dB
HIGHER_SEMITONES = 2.0  # the mean pitch of one calm speaker's sentences varies by about 1
LIVELIER_SEMITONES = 3.0  # of 6 to 8 between the 10th and 90th percentile of plain reading
FASTER = 1.25  # a change of pace by less than a quarter is hardly noticed as such
FAST, SLOW = 6.0, 3.0  # syllables a second; plain English has 4 to 5, without its pauses
MANY_PAUSES, MUCH_PAUSE = 2, 0.25  # at least so many, and so large a share of the time

USUAL = {"speaker": "than usual", "video": "than usual in the video"}
AS_USUAL = {"speaker": "as usual", "video": "as usual in the video"}

_HEARD_NOTHING = "nothing is heard"
_NOTHING = "nothing stands out"


def voice_words(voice: Voice) -> str:
    """The words for a voice with its `relative`; never empty.

    Compared are loudness, pitch, its range and pace; pace and pauses are also named by themselves
    where they stand out. `as usual` where there is something to compare with and nothing stands
    out, `nothing stands out` where there is not.
    """
    if voice["loudness_db"] is None:
        return _HEARD_NOTHING
    relative = voice["relative"]
    compared = list(_comparatives(relative)) if relative else []
    parts = [f"{_listed(compared)} {USUAL[relative['to']]}"] if compared and relative else []
    parts += _alone(voice, told={"faster", "slower"} & set(compared))
    if parts:
        return ", ".join(parts)
    return AS_USUAL[relative["to"]] if relative else _NOTHING


def stands_out(words: str) -> bool:
    """Whether the words of a voice, as `voice_words` gives them, tell anything of it."""
    return words not in {_HEARD_NOTHING, _NOTHING, *AS_USUAL.values()}


def _comparatives(relative: dict[str, Any]) -> Iterator[str]:
    for name, threshold, more, less in (
        ("loudness_db", LOUDER_DB, "louder", "quieter"),
        ("pitch_semitones", HIGHER_SEMITONES, "higher", "lower"),
        ("pitch_range_semitones", LIVELIER_SEMITONES, "livelier", "flatter"),
    ):
        if relative[name] is not None and abs(relative[name]) >= threshold:
            yield more if relative[name] > 0 else less
    pace = relative["pace"]
    if pace is not None and pace >= FASTER:
        yield "faster"
    elif pace is not None and pace <= 1 / FASTER:
        yield "slower"


def _alone(voice: Voice, told: set[str]) -> Iterator[str]:
    """What stands out by itself; `told` says what was said of its pace."""
    pace = voice["pace"]
    if pace is None or told:
        pass
    elif pace >= FAST:
        yield "fast"
    elif 0 < pace <= SLOW:
        yield "slow"
    if voice["pauses"] >= MANY_PAUSES and voice["pause_share"] >= MUCH_PAUSE:
        yield "with many pauses"
    if voice["pitch_hz"] is None:
        yield "without a voice that can be heard"


def _listed(words: list[str]) -> str:
    """ "louder, higher and faster"."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
