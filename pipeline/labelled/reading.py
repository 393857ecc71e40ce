"""All label files of a training set as one list."""

from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from pipeline.evaluation.answers import Answer, Answers
from pipeline.evaluation.readers.tables import REASONS, SPEECH, TRANSLATED
from pipeline.evaluation.reading import read_texts_or_labels
from pipeline.labelled.joining import Joined
from pipeline.labelled.labelled import Labelled, Source, listed
from pipeline.manifest.source import suffix
from stages.faults import SetupError

LEAST_WORDS_OF_REASONS = 25
"""Half of the texts in a table of reasons have as many words or more. A reason of EMER is a
paragraph, and a line of subtitles is seldom longer than a sentence."""
_TRANSCRIPT_TABLES = (".csv", ".tsv")
_SHOWN = 5


def read_labelled(locations: Sequence[str]) -> Labelled:
    """Read and join the label files of a training set.

    Rows of one video are joined by its name, see `pipeline.evaluation.video_names`: names may
    differ in folders, suffixes, capitals and the year of a MER challenge.

    Args:
        locations: paths or URIs: folders of runs, of synthetic corpora, and files in any of the
            forms that docs/training.md names, in any order.

    Raises:
        SetupError: one of them cannot be read, two of them contradict each other on labels, or no
            row has a label.
    """
    if not locations:
        raise SetupError("no labels are named: give a file or folder that holds some")
    read = [
        _without_silence(_judged(read_texts_or_labels(location)))
        for location in dict.fromkeys(locations)
    ]
    notices = [notice for answers in read for notice in answers.notices]
    tables = [answers.location for answers in read if _is_transcript_table(answers)]
    joined = _joined([answers for answers in read if answers.location not in tables], notices)
    rows = tuple(row for row in joined if row.labels or row.description)
    if not any(row.labels for row in rows):
        raise SetupError(f"{listed(list(locations))}: no row has a label to train on")
    videos = {row.video_id for row in rows}
    only_said = (row for row in joined if not (row.labels or row.description) and row.said)
    return Labelled(
        rows,
        tuple(Source(answers.location, answers.form, len(answers.rows)) for answers in read),
        tuple(tables),
        tuple(notices),
        tuple(row for row in only_said if row.video_id in videos),
    )


def _joined(read: Sequence[Answers], notices: list[str]) -> tuple[Answer, ...]:
    """All rows, also those with neither labels nor a description."""
    joined = Joined()
    for answers in sorted(read, key=lambda answers: answers.form in (REASONS, SPEECH)):
        joined.add(answers)
    joined.refuse_contradictions()
    notices += joined.notices()
    rows = [row for row in joined.rows if row.labels or row.description]
    empty = [row.name for row in joined.rows if not (row.labels or row.description)]
    if empty:
        notices.append(
            f"{len(empty)} rows have neither labels nor a description and are left out: "
            f"{listed(empty, _SHOWN)}. An empty list of labels does not mean neutral here."
        )
    unlabelled = [row.name for row in rows if not row.labels]
    if unlabelled:
        notices.append(
            f"{len(unlabelled)} rows have a description and no labels: "
            f"{listed(unlabelled, _SHOWN)}."
        )
    return tuple(joined.rows)


def _without_silence(answers: Answers) -> Answers:
    """Of a run's abstentions only that it is unclear is a lesson.

    That its model would not say, or was cut off, says nothing of the person.
    """
    rows = tuple(
        replace(
            row,
            abstained=False,
            description=None if row.abstained_reason == "refused" else row.description,
        )
        if row.abstained_reason not in (None, "unclear")
        else row
        for row in answers.rows
    )
    return replace(answers, rows=rows)


def _is_transcript_table(answers: Answers) -> bool:
    return answers.form == SPEECH and suffix(answers.location) in _TRANSCRIPT_TABLES


def _judged(answers: Answers) -> Answers:
    """Texts in several languages as reasons or as speech, by how long they are."""
    if answers.form != TRANSLATED:
        return answers
    half = median(_words(row.description or "") for row in answers.rows)
    is_reasons = half >= LEAST_WORDS_OF_REASONS
    taken, other = ("reasons", "sentence") if is_reasons else ("subtitles", "reason")
    notice = (
        f"{answers.location}: its texts have {half:g} words in the middle and are taken as "
        f"{taken}. If they are not, name their column {other}."
    )
    rows = answers.rows if is_reasons else tuple(map(_as_speech, answers.rows))
    return replace(
        answers,
        form=REASONS if is_reasons else SPEECH,
        rows=rows,
        notices=(*answers.notices, notice),
    )


def _as_speech(row: Answer) -> Answer:
    return replace(row, said=row.description, description=None)


def _words(text: str) -> float:
    """How many words there are; in a script without spaces, two characters are one."""
    by_space = len(text.split())
    return by_space if text.isascii() else max(by_space, sum(map(_is_wide, text)) / 2)


def _is_wide(character: str) -> bool:
    return "\u3040" <= character <= "\u9fff" or "\uac00" <= character <= "\ud7af"
