"""Answers as the code of the MER challenges writes them: `filenames,fileitems` or `name2reason`."""

from pipeline.evaluation.answers import Answer
from pipeline.evaluation.npz.archive import read_npz
from pipeline.evaluation.readers.label_lists import is_list_text, labels_in
from stages.faults import SetupError


def answers_in_npz(location: str) -> tuple[str, list[Answer]]:
    """The form and the answers of an .npz file.

    Raises:
        SetupError: it holds no such arrays, anything but plain data, or texts without labels.
    """
    arrays = read_npz(location)
    if "filenames" in arrays and "fileitems" in arrays:
        names, items = arrays["filenames"], arrays["fileitems"]
        if not isinstance(names, list) or not isinstance(items, list) or len(names) != len(items):
            raise SetupError(f"{location}: filenames and fileitems are not lists of equal length")
        form = "npz of filenames and fileitems"
        return form, [_answer(location, *row) for row in zip(names, items, strict=True)]
    if "name2reason" in arrays:
        return "npz of name2reason", _from_reasons(location, arrays["name2reason"])
    raise SetupError(
        f"{location}: found {', '.join(list(arrays)[:10]) or 'no arrays'}; an .npz file of answers "
        "holds filenames and fileitems, or name2reason"
    )


def _from_reasons(location: str, value: object) -> list[Answer]:
    if not isinstance(value, dict):
        raise SetupError(f"{location}: name2reason is no mapping from names")
    for name, reason in value.items():
        if isinstance(reason, str) and reason.strip() and not is_list_text(reason):
            raise SetupError(
                f"{location}: name2reason of {str(name)[:60]} is a text, no list of labels. Have "
                "labels drawn from the texts first, as the code of the challenge does, and give "
                "the file with filenames and fileitems."
            )
    return [_answer(location, name, reason) for name, reason in value.items()]


def _answer(location: str, name: object, labels: object) -> Answer:
    if not isinstance(name, str) or not name.strip():
        raise SetupError(f"{location}: a name in it is no text")
    try:
        return Answer(name.strip(), labels_in(labels))
    except ValueError as fault:
        raise SetupError(f"{location}: the answer of {name[:60]} {fault}") from None
