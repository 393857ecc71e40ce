"""A unit as a question and its answer, as language models are trained on them."""

import json
import re
from collections.abc import Sequence

from pipeline.export.unit import Answer, Unit

_MARK = re.compile(r"<(\|?[^<>\s]{1,40}\|?)>")
_PLAIN = re.compile(r"[^\s,\"\[\]][^,\"\n]*")

NO_LABEL = "it has no label"


def reason_against(unit: Unit) -> str:
    """Why nothing can be learnt of a unit; "" if something can."""
    return "" if unit.labels else NO_LABEL


def without_picture(unit: Unit) -> str:
    """Why there is nothing to see of a unit; "" if there is."""
    return "" if (unit.window["media"] or {}).get("has_video") else "its source has no picture"


def question(unit: Unit) -> str:
    """What is asked of a clip, with what is said in it."""
    said = " ".join(unit.text.split())
    told = f'The words are: "{without_marks(said)}"\n' if said else ""
    is_window = unit.row["utterance_index"] is None
    who = "do the people in it feel" if is_window else "does the one who speaks feel"
    return f"{told}How {who}? Say what shows it, then name the emotions."


def answer(unit: Unit) -> str:
    """What people, or else the model, say of it."""
    return written(Answer(unit.description, unit.labels))


def written(said: Answer) -> str:
    """The description, then the labels in a line of their own: `Emotions: joy, relief`.

    A label with a comma or a quotation mark is written as JSON writes it.
    """
    description = without_marks((said.description or "").strip())
    named = ", ".join(map(_label, said.labels)) or "none can be told"
    return "\n".join(filter(None, [description, f"Emotions: {named}"]))


def without_marks(text: str) -> str:
    """The text, without what trainers take for a place of media or for a token of control.

    `<video>` becomes `‹video›`.
    """
    return _MARK.sub(r"‹\1›", text)


def micro_apexes_s(unit: Unit) -> Sequence[float]:
    """When the micro-expressions in its time are strongest, seconds of the source."""
    return [
        event["apex_s"]
        for event in unit.window["micro_events"] or ()
        if unit.start_s <= event["apex_s"] < unit.end_s
    ]


def _label(label: str) -> str:
    label = without_marks(label)
    return label if _PLAIN.fullmatch(label) else json.dumps(label, ensure_ascii=False)
