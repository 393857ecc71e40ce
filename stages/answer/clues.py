"""What a description says of a time, beside what was measured then."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from stages.answer.times import SENTENCE_ENDS, NamedTime, named_times
from stages.rows import Row

EVENT_TOLERANCE_S = 0.1
"""How far from an event or from speech a named time may be, beside its own rounding."""
FRAME_TOLERANCE_S = 0.5
"""How far from a global frame: frames stand a second or so apart."""

MODALITIES = ("face", "body", "voice", "words", "scene")
_HEARD = ("voice", "words")
_MOST_CHARACTERS = 400  # of a sentence and of what is said then
_OF_SPEECH = re.compile(
    r"\b(?:voice|vocal\w*|tone|intonation|pitch\w*|loud\w*|quiet\w*|soft\w*|whisper\w*|shout\w*"
    r"|scream\w*|cr(?:y|ies|ied)|sob\w*|laugh\w*|sigh\w*|pause\w*|breath\w*|prosod\w*|pace"
    r"|speak\w*|spoke\w*|speech|talk\w*|say\w*|said|tell\w*|told|ask\w*|repl\w+|answer\w*"
    r"|words?|utter\w*|sentence\w*|voix|ton|parole\w*|dit|mots?)\b|[\"“”«»]",
    re.IGNORECASE,
)


def clues(description: str, row: Mapping[str, Any]) -> list[Row]:
    """A `stages.rows.CLUE` for each time that a sentence of `description` names, in order.

    A time is supported by a movement measured then, whichever face and region moved: that the
    words name the right one is not checked. Where the sentence speaks of voice or words, it is
    supported by speech then, too. A time outside the window has no support. `supported` is null
    where nobody looked for movements and the sentence does not speak of speech.

    Args:
        description: as the model gave it; second 0 is the start of the window, as in the prompt.
        row: the window, with its `frame_times_s`, and with `micro_events` and `face_events` or
            without.

    Returns:
        Times in them are on the file's clock; a long sentence is cut.
    """
    return [
        clue_at(sentence, time, row)
        for sentence in SENTENCE_ENDS.split(description)
        for time in named_times(sentence)
    ]


def clue_at(
    text: str, time: NamedTime | None, row: Mapping[str, Any], modality: str | None = None
) -> Row:
    """The clue that `text` is, which speaks of `time`.

    Args:
        text: a sentence; a long one is cut.
        time: second 0 is the start of the window; None: it names none, and nothing supports it.
        row: see `clues`.
        modality: of `MODALITIES`; then it, and not the words, says whether speech supports it.
    """
    told = {"text": _cut(text.strip()), "modality": modality}
    if time is None:
        return {
            **told,
            **dict.fromkeys(("start_s", "end_s", "words", "supported")),
            "event_ids": [],
            "frame_times_s": [],
        }
    start_s, end_s = row["start_s"] + time.start_s, row["start_s"] + time.end_s
    near = (start_s - time.rounding_s, end_s + time.rounding_s)
    is_inside = near[0] < row["end_s"] and near[1] >= row["start_s"]
    measured = [event for event in _events(row) or [] if is_inside and _meet(_span(event), near)]
    spoken = [one for one in row["utterances"] or [] if is_inside and _meet(_spoken(one), near)]
    of_speech = modality in _HEARD if modality else bool(_OF_SPEECH.search(text))
    return {
        **told,
        "start_s": start_s,
        "end_s": end_s,
        "event_ids": [event["event_id"] for event in measured],
        "frame_times_s": [
            frame_s
            for frame_s in row["frame_times_s"]
            if start_s - FRAME_TOLERANCE_S <= frame_s <= end_s + FRAME_TOLERANCE_S
        ],
        "words": _cut(" ".join(filter(None, (one["text"] for one in spoken)))) or None,
        "supported": _supported(measured, spoken, of_speech, looked=_events(row) is not None),
    }


def _supported(
    measured: Sequence[Row], spoken: Sequence[Row], of_speech: bool, *, looked: bool
) -> bool | None:
    if measured:
        return True
    if of_speech:
        return any(one["text"] or one.get("voice") for one in spoken)
    return False if looked else None


def coverage(found: Sequence[Mapping[str, Any]]) -> float | None:
    """The share of clues that is supported; None where of none it is known."""
    known = [clue["supported"] for clue in found if clue["supported"] is not None]
    return sum(known) / len(known) if known else None


def _events(row: Mapping[str, Any]) -> list[Row] | None:
    """All events of the window; None where nobody looked for any."""
    given = [row.get(column) for column in ("micro_events", "face_events")]
    if all(events is None for events in given):
        return None
    return [event for events in given for event in events or []]


def _span(event: Mapping[str, Any]) -> tuple[float, float]:
    return event["onset_s"], event["offset_s"]


def _spoken(utterance: Mapping[str, Any]) -> tuple[float, float]:
    return utterance["start_s"], utterance["end_s"]


def _meet(one: tuple[float, float], near: tuple[float, float]) -> bool:
    return one[0] <= near[1] + EVENT_TOLERANCE_S and one[1] >= near[0] - EVENT_TOLERANCE_S


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_CHARACTERS else f"{text[:_MOST_CHARACTERS]}…"
