"""Tables of names and labels: CSV files of the public sets, JSON, and JSON Lines.

The columns tell what stands where, by their names without case, spaces, `_` and `-`. Columns that
are not known are named in a notice and passed over.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import get_args

from pipeline.evaluation.answers import Answer, Sentiment
from pipeline.evaluation.readers.label_lists import labels_in
from pipeline.evaluation.readers.numbered import DFEW, named
from pipeline.evaluation.wheels.own import FAMILIES
from pipeline.manifest.entries import Faults
from pipeline.manifest.records import Records
from stages.clock import seconds
from stages.delimited import plain_name
from stages.faults import SetupError

NAME_COLUMNS = ("videoid", "name", "names", "videoname", "filename", "video", "file")
LABEL_COLUMNS = ("labels", "openset", "emotions", "discrete", "emotion", "label", "pseuemotion")
"""Plain names; of several in one table the first one here is taken."""

_MELD = ("dialogueid", "utteranceid", "emotion")
_ROLES = {
    "name": NAME_COLUMNS,
    "labels": LABEL_COLUMNS,
    "index": ("utteranceindex",),
    "start": ("starts", "start", "utterancestarts"),
    "end": ("ends", "end", "utteranceends"),
    "confidences": ("labelconfidence", "confidences", "confidence"),
    "abstained": ("abstained",),
    "family": ("family",),
    "sentiment": ("sentiment",),
    "valence": ("valence",),
    "description": ("description", "reasons", "reason"),
    "dialogue": ("dialogueid",),
    "utterance": ("utteranceid",),
}
_REASONS = ("reason", "reasons", "english")
_PASSED_OVER = frozenset(
    (
        *("srno.", "srno", "utterance", "speaker", "season", "episode", "starttime", "endtime"),
        *("subtitles", "chinese", "framecount"),
    )
)  # of the known sets, and of no use here

_Cells = dict[str, object]


@dataclass(frozen=True)
class _Row:
    """The cells of a row by what they hold."""

    cells: _Cells
    decimal_comma: bool

    def text(self, role: str) -> str:
        value = self.cells.get(role)
        is_nan = isinstance(value, float) and math.isnan(value)
        return "" if value is None or is_nan else str(value).strip()

    def number(self, role: str) -> float | None:
        text = self.text(role)
        return float(text.replace(",", ".")) if text else None

    def seconds(self, role: str) -> float | None:
        text = self.text(role)
        return seconds(text, decimal_comma=self.decimal_comma) if text else None


def is_known_column(column: str) -> bool:
    """Whether a column of this name means something here."""
    plain = plain_name(column)
    return plain in _PASSED_OVER or any(plain in names for names in _ROLES.values())


def answers_in_table(
    location: str, records: Records, notices: list[str]
) -> tuple[str, list[Answer]]:
    """The form of a table in words, and an answer for each of its rows.

    Raises:
        SetupError: the columns name no videos or no labels, or a row cannot be followed.
    """
    roles = _roles(records.columns)
    form, read = _form(location, roles, records.columns)
    passed_over = [name for name in records.columns if not is_known_column(name)]
    if passed_over:
        notices.append(f"{location}: columns that were passed over: {', '.join(passed_over[:20])}.")
    answers, faults = [], Faults(location)
    for line, record in records.rows:
        cells = {role: record.get(column) for role, column in roles.items()}
        try:
            answers.append(read(_Row(cells, records.decimal_comma)))
        except ValueError as fault:
            faults.add(line, str(fault))
    faults.raise_if_any()
    return form, answers


def _roles(columns: Sequence[str]) -> dict[str, str]:
    """From what a column holds to its name in the table."""
    there: dict[str, str] = {}
    for column in columns:
        there.setdefault(plain_name(column), column)
    return {
        role: there[found]
        for role, names in _ROLES.items()
        if (found := next((name for name in names if name in there), None))
    }


def _form(
    location: str, roles: dict[str, str], columns: Sequence[str]
) -> tuple[str, Callable[[_Row], Answer]]:
    plain = [plain_name(column) for column in columns]
    if all(name in plain for name in _MELD):
        return "MELD", _meld
    if "name" in roles and "labels" in roles:
        is_dfew = plain == ["videoname", "label"]
        form = f"table of {roles['name']} and {roles['labels']}"
        return ("DFEW", _dfew) if is_dfew else (form, _plain)
    if any(name in plain for name in _REASONS):
        raise SetupError(
            f"{location}: holds reasons, but no labels. Have labels drawn from the texts first "
            "(the MER challenges do it with a language model), and give a table with name and "
            "openset."
        )
    raise SetupError(
        f"{location}: no columns for names and labels; found {', '.join(columns[:20]) or 'none'}; "
        f"known are, for names, {', '.join(NAME_COLUMNS)}, and for labels, "
        f"{', '.join(LABEL_COLUMNS)}"
    )


def _plain(row: _Row) -> Answer:
    labels = labels_in(row.cells.get("labels"))
    for label in labels:
        if label.lstrip("+-").replace(".", "", 1).isdecimal():
            raise ValueError(f"the label {label} is a number, and no set is known that means it")
    return _answer(row, _name(row), labels)


def _dfew(row: _Row) -> Answer:
    return _answer(row, _name(row), labels_in(named(row.text("labels"), DFEW, "DFEW")))


def _meld(row: _Row) -> Answer:
    dialogue, utterance = row.text("dialogue"), row.text("utterance")
    if not (dialogue.isdecimal() and utterance.isdecimal()):
        raise ValueError(f"Dialogue_ID {dialogue!r} and Utterance_ID {utterance!r} are no numbers")
    return _answer(row, f"dia{dialogue}_utt{utterance}", labels_in(row.text("labels")), clip=True)


def _name(row: _Row) -> str:
    name = row.text("name")
    if not name:
        raise ValueError("names no video")
    return name


def _answer(row: _Row, name: str, labels: tuple[str, ...], *, clip: bool = False) -> Answer:
    """`clip` says that the row is about a whole clip, whatever times it has."""
    index = None if clip else row.number("index")
    return Answer(
        name,
        labels,
        _confidences(row.cells.get("confidences"), len(labels)),
        utterance_index=None if index is None else int(index),
        start_s=None if clip else row.seconds("start"),
        end_s=None if clip else row.seconds("end"),
        abstained=row.text("abstained").lower() in ("true", "1", "yes"),
        family=_family(row.text("family")),
        sentiment=_sentiment(row),
        description=row.text("description") or None,
    )


def _confidences(cell: object, count: int) -> tuple[float | None, ...]:
    if cell is None or cell == "":
        return (None,) * count
    parts: Iterable[object] = (
        str(cell).strip("[] ").replace(";", ",").split(",") if not isinstance(cell, list) else cell
    )
    found = [float(str(part)) for part in parts if str(part).strip()]
    if len(found) != count:
        raise ValueError(f"{len(found)} confidences for {count} labels")
    if not all(0 <= confidence <= 1 for confidence in found):
        raise ValueError("a confidence is not between 0 and 1")
    return tuple(found)


def _family(text: str) -> str | None:
    if text and text.lower() not in FAMILIES:
        raise ValueError(f"family {text[:40]} is none of {', '.join(FAMILIES)}")
    return text.lower() or None


def _sentiment(row: _Row) -> Sentiment | None:
    text = row.text("sentiment").lower()
    for sentiment in get_args(Sentiment):
        if text == sentiment:
            known: Sentiment = sentiment
            return known
    if text:
        raise ValueError(f"sentiment {text[:40]} is none of {', '.join(get_args(Sentiment))}")
    valence = row.number("valence")
    if valence is None:
        return None
    return "positive" if valence > 0 else "negative" if valence < 0 else "neutral"
