"""Lists of labels, whatever form they have, chosen by what is in them and not by their names."""

import json
from collections.abc import Iterable
from dataclasses import replace
from itertools import chain

import fsspec

from pipeline.dataset.layout import ANNOTATIONS, RECORD
from pipeline.evaluation.answers import Answer, Answers
from pipeline.evaluation.readers.challenge import answers_in_npz
from pipeline.evaluation.readers.lines import answers_in_lines
from pipeline.evaluation.readers.run_folder import answers_of_run
from pipeline.evaluation.readers.spreadsheet import (
    is_workbook,
    read_content,
    spreadsheet_records,
)
from pipeline.evaluation.readers.tables import answers_in_table, is_known_column
from pipeline.evaluation.readers.truth_table import answers_of_truth
from pipeline.evaluation.truth_columns import TRUTH_FILE
from pipeline.manifest.entries import read_text
from pipeline.manifest.records import Records, delimited_records, json_line_records
from stages.faults import SetupError

_PARQUET, _ZIP, _NUMPY = b"PAR1", b"PK", b"\x93NUMPY"
_OLD_SPREADSHEET = b"\xd0\xcf\x11\xe0"
_OPEN_DOCUMENT = b"mimetypeapplication/vnd.oasis.opendocument"


def read_predictions(location: str) -> Answers:
    """The answers of a model.

    Args:
        location: path or URI of the folder of a run, or of a file in one of the known forms; see
            docs/evaluation.md.

    Raises:
        SetupError: it cannot be read, is empty, has no form that is known, or gives one name two
            different answers.
    """
    return _each_once(_read(location))


def read_truth(location: str) -> Answers:
    """The labels to score against.

    Args:
        location: path or URI of truth.parquet, the folder that holds it, or a file in one of the
            known forms.

    Raises:
        SetupError: as `read_predictions`; also where no row has a label, unless the truth says
            that nothing can be told.
    """
    truth = _each_once(_read(location))
    is_told = any(row.labels or row.family for row in truth.rows)
    if not is_told and not (truth.is_synthetic and any(row.abstained for row in truth.rows)):
        raise SetupError(f"{location}: not one of its {len(truth.rows)} rows has a label")
    return truth


def read_texts_or_labels(location: str) -> Answers:
    """The labels of a list, or the texts of one without any, to be joined with those of others.

    Raises:
        SetupError: as `read_predictions`, but for tables of texts: their form is one of
            `readers.tables.TEXT_FORMS`.
    """
    return _each_once(_read(location, texts=True))


def _read(location: str, *, texts: bool = False) -> Answers:
    names, head = _looked_into(location)
    if head is None:
        return _read_folder(location, names)
    return _read_file(location, head, texts)


def _looked_into(location: str) -> tuple[set[str], bytes | None]:
    """The names in a folder and None, or no names and the first bytes of a file.

    Raises:
        SetupError: nothing is there, or it cannot be opened.
    """
    try:
        files, path = fsspec.url_to_fs(location)
        if files.isdir(path):
            names = (str(name) for name in files.ls(path, detail=False))
            return {name.rsplit("/", 1)[-1] for name in names}, None
        if files.exists(path):
            with files.open(path, "rb") as stream:
                return set(), stream.read(4096)
    except Exception as fault:  # each file system raises its own
        raise SetupError(f"{location}: cannot be read: {fault}") from fault
    raise SetupError(f"{location}: is not there")


def _read_folder(location: str, names: set[str]) -> Answers:
    if TRUTH_FILE in names:
        return answers_of_truth(f"{location.rstrip('/')}/{TRUTH_FILE}")
    if ANNOTATIONS in names and RECORD in names:
        return answers_of_run(location)
    raise SetupError(
        f"{location}: holds neither a {RECORD} of `microemo annotate` nor a {TRUTH_FILE} of "
        "`microemo synthesize`. Name such a folder, or a file with labels."
    )


def _read_file(location: str, head: bytes, texts: bool) -> Answers:
    if not head.strip():
        raise SetupError(f"{location}: is empty")
    if head.startswith(_PARQUET):
        return answers_of_truth(location)
    if head.startswith(_OLD_SPREADSHEET) or _OPEN_DOCUMENT in head:
        raise SetupError(f"{location}: is a spreadsheet; save it as CSV or .xlsx")
    if head.startswith(_NUMPY):
        raise SetupError(f"{location}: is one array of NumPy; an .npz file with names is needed")
    notices: list[str] = []
    read = _read_zip if head.startswith(_ZIP) else _read_text
    form, rows = read(location, notices, texts)
    return Answers(location, form, tuple(rows), tuple(notices))


def _read_zip(location: str, notices: list[str], texts: bool) -> tuple[str, list[Answer]]:
    content = read_content(location)
    if not is_workbook(content):
        return answers_in_npz(location)
    records = spreadsheet_records(location, content, is_known_column, notices)
    return answers_in_table(location, records, notices, texts=texts)


def _read_text(location: str, notices: list[str], texts: bool) -> tuple[str, list[Answer]]:
    text = read_text(location, notices)
    if "\0" in text:
        raise SetupError(f"{location}: is no text, nor any of the known files")
    if text.lstrip().startswith(("{", "[")):
        return answers_in_table(location, _json_records(location, text), notices, texts=texts)
    found = answers_in_lines(location, text)
    if found is not None:
        return found
    records = delimited_records(location, text, is_known_column)
    return answers_in_table(location, records, notices, texts=texts)


def _json_records(location: str, text: str) -> Records:
    """The objects of a JSON file: in a list, one a line, or under the names of the videos."""
    try:
        value = json.loads(text)
    except RecursionError:
        raise SetupError(f"{location}: is nested too deeply") from None
    except ValueError:
        return json_line_records(location, text)
    if isinstance(value, dict) and not any(is_known_column(key) for key in value):
        value = [
            {"name": name, **(row if isinstance(row, dict) else {"labels": row})}
            for name, row in value.items()
        ]
    rows = value if isinstance(value, list) else [value]
    if not all(isinstance(row, dict) for row in rows):
        raise SetupError(
            f'{location}: is no list of objects such as {{"name": "a", "labels": ["happy"]}}'
        )
    columns = dict.fromkeys(chain.from_iterable(rows))
    return Records(list(columns), iter(enumerate(rows, start=1)))


def _each_once(answers: Answers) -> Answers:
    """The same without rows that say again what another one says.

    Raises:
        SetupError: there are none, or two of them contradict each other.
    """
    if not answers.rows and not answers.failed:
        raise SetupError(f"{answers.location}: holds no labels")
    kept = {_key(row): row for row in reversed(answers.rows)}
    _refuse_contradictions(answers.location, answers.rows, kept)
    rows = tuple(row for row in answers.rows if kept[_key(row)] is row)
    doubled = len(answers.rows) - len(rows)
    notices = [f"{answers.location}: {doubled} rows that stand there twice were taken once."]
    return replace(answers, rows=rows, notices=(*answers.notices, *(notices if doubled else ())))


def _refuse_contradictions(
    location: str, rows: Iterable[Answer], kept: dict[tuple[object, ...], Answer]
) -> None:
    names = [row.name for row in rows if set(kept[_key(row)].labels) != set(row.labels)]
    if names:
        more = f" and {len(names) - 1} more" if len(names) > 1 else ""
        raise SetupError(
            f"{location}: {names[0]}{more} stands there twice with different labels; leave one"
        )


def _key(row: Answer) -> tuple[object, ...]:
    return (
        row.video_id,
        row.utterance_index,
        None if row.utterance_index is not None else row.span_s,
    )
