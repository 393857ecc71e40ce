"""Tables of names and labels: CSV files of the public sets, JSON, and JSON Lines.

The columns tell what stands where, by their names without case, spaces, `_` and `-`. Columns that
are not known are named in a notice and passed over.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from pipeline.evaluation.answers import Answer
from pipeline.evaluation.readers.cells import Row
from pipeline.evaluation.readers.label_lists import labels_in
from pipeline.evaluation.readers.numbered import DFEW, MAFW, named
from pipeline.evaluation.readers.shares import MAFW_SHARES, is_of_shares, labels_by_share
from pipeline.manifest.entries import Faults
from pipeline.manifest.records import Records
from stages.delimited import plain_name
from stages.faults import SetupError

NAME_COLUMNS = ("videoid", "name", "names", "videoname", "filename", "video", "file", "clip")
LABEL_COLUMNS = (
    *("labels", "openset", "emotions", "discrete", "emotion", "label", "pseuemotion"),
    *("singlelabel", "multilabel"),
)
"""Plain names; of several in one table the first one here is taken."""

SHARES = "MAFW, shares of annotators"
REASONS, SPEECH, TRANSLATED = "table of reasons", "table of speech", "table of texts in languages"
TEXT_FORMS = (REASONS, SPEECH, TRANSLATED)
"""Of tables without labels. `TRANSLATED` ones (`name,chinese,english`) hold reasons or subtitles:
their columns are the same, and their texts stand as descriptions."""

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
    "description": ("description", "reasons", "reason", "smpreasoncaption", "caption"),
    "said": ("text", "utterance", "subtitles", "subtitle", "sentence", "transcription"),
    "speaker": ("speaker",),
    "dialogue": ("dialogueid",),
    "utterance": ("utteranceid",),
}
_TRANSLATED = ("english", "chinese")
_PASSED_OVER = frozenset(
    (
        *("srno.", "srno", "season", "episode", "starttime", "endtime"),
        *("english", "chinese", "framecount", "invalid"),
    )
)  # of the known sets, and of no use here


def is_known_column(column: str) -> bool:
    """Whether a column of this name means something here."""
    plain = plain_name(column)
    return (
        plain in _PASSED_OVER
        or plain in MAFW_SHARES
        or any(plain in names for names in _ROLES.values())
    )


def answers_in_table(
    location: str, records: Records, notices: list[str], *, texts: bool = False
) -> tuple[str, list[Answer]]:
    """The form of a table in words, and an answer for each of its rows.

    Args:
        location: name for errors.
        records: the table.
        notices: takes a sentence on what is passed over.
        texts: whether a table of texts without labels will do: its answers have no labels, and its
            form is one of `TEXT_FORMS`.

    Raises:
        SetupError: the columns name no videos or no labels, or a row cannot be followed.
    """
    roles = _roles(records.columns)
    form, read = _form(location, roles, records.columns, texts)
    unused = _TRANSLATED if "labels" in roles else ()
    passed_over = [
        name for name in records.columns if not is_known_column(name) or plain_name(name) in unused
    ]
    if passed_over:
        notices.append(f"{location}: columns that were passed over: {', '.join(passed_over[:20])}.")
    answers, faults = [], Faults(location)
    for line, record in records.rows:
        cells = {role: record.get(column) for role, column in roles.items()}
        try:
            answers.append(read(Row(cells, records.decimal_comma)))
        except ValueError as fault:
            faults.add(line, str(fault))
    faults.raise_if_any()
    return form, answers


def _roles(columns: Sequence[str]) -> dict[str, str]:
    """From what a column holds to its name in the table."""
    there: dict[str, str] = {}
    for column in columns:
        there.setdefault(plain_name(column), column)
    roles = {
        role: there[found]
        for role, names in _ROLES.items()
        if (found := next((name for name in names if name in there), None))
    }
    passed_on = (*_TRANSLATED, *(("invalid", *MAFW_SHARES) if is_of_shares(there) else ()))
    return roles | {name: there[name] for name in passed_on if name in there}


def _form(
    location: str, roles: dict[str, str], columns: Sequence[str], texts: bool
) -> tuple[str, Callable[[Row], Answer]]:
    plain = [plain_name(column) for column in columns]
    if all(name in plain for name in _MELD):
        return "MELD", _meld
    if "name" in roles and "labels" in roles:
        return _labelled(roles, plain)
    if "name" in roles and is_of_shares(plain):
        return SHARES, _shares
    is_translated = any(name in roles for name in _TRANSLATED)
    if texts and "name" in roles and ("description" in roles or "said" in roles or is_translated):
        return _texts(roles, plain)
    if "description" in roles or is_translated:
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


def _labelled(roles: dict[str, str], plain: Sequence[str]) -> tuple[str, Callable[[Row], Answer]]:
    if plain_name(roles["labels"]) in ("singlelabel", "multilabel"):
        return "MAFW", _mafw
    if plain == ["videoname", "label"]:
        return "DFEW", _dfew
    return f"table of {roles['name']} and {roles['labels']}", _plain


def _texts(roles: dict[str, str], plain: Sequence[str]) -> tuple[str, Callable[[Row], Answer]]:
    if "description" in roles:
        return REASONS, _plain
    if "said" in roles:
        return SPEECH, _plain
    # Those of MAFW are descriptions; the set has no subtitles.
    return (REASONS if plain_name(roles["name"]) == "clip" else TRANSLATED), _translated


def _plain(row: Row) -> Answer:
    labels = labels_in(row.cells.get("labels"))
    for label in labels:
        if label.lstrip("+-").replace(".", "", 1).isdecimal():
            raise ValueError(f"the label {label} is a number, and no set is known that means it")
    return _answer(row, _name(row), labels)


def _dfew(row: Row) -> Answer:
    return _answer(row, _name(row), labels_in(named(row.text("labels"), DFEW, "DFEW")))


def _mafw(row: Row) -> Answer:
    return _answer(row, _name(row), labels_in(named(row.text("labels"), MAFW, "MAFW")))


def _shares(row: Row) -> Answer:
    return replace(_answer(row, _name(row), ()), **labels_by_share(row))


def _translated(row: Row) -> Answer:
    text = row.text("english") or row.text("chinese")
    return replace(_answer(row, _name(row), ()), description=text or None)


def _meld(row: Row) -> Answer:
    dialogue, utterance = row.text("dialogue"), row.text("utterance")
    if not (dialogue.isdecimal() and utterance.isdecimal()):
        raise ValueError(f"Dialogue_ID {dialogue!r} and Utterance_ID {utterance!r} are no numbers")
    return _answer(row, f"dia{dialogue}_utt{utterance}", labels_in(row.text("labels")), clip=True)


def _name(row: Row) -> str:
    name = row.text("name")
    if not name:
        raise ValueError("names no video")
    return name


def _answer(row: Row, name: str, labels: tuple[str, ...], *, clip: bool = False) -> Answer:
    """`clip` says that the row is about a whole clip, whatever times it has."""
    index = None if clip else row.number("index")
    return Answer(
        name,
        labels,
        row.confidences(len(labels)),
        utterance_index=None if index is None else int(index),
        start_s=None if clip else row.seconds("start"),
        end_s=None if clip else row.seconds("end"),
        abstained=row.text("abstained").lower() in ("true", "1", "yes"),
        family=row.family(),
        sentiment=row.sentiment(),
        description=row.text("description") or None,
        said=row.text("said") or None,
        speaker=row.text("speaker") or None,
    )
