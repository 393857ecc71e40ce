"""Decisions in a table, taken over."""

from pathlib import Path

import pytest

from pipeline.dataset.folder import DatasetFolder
from pipeline.reviews.importing.taking_over import TakenOver, take_over
from pipeline.reviews.store import read_decisions
from stages.faults import SetupError

HEAD = "unit_id,reviewer,verdict,labels,text,start_s,seconds,at\n"


def _take(dataset: DatasetFolder, folder: Path, text: str, who: str | None = None) -> TakenOver:
    file = folder / "decisions.csv"
    file.write_text(text, "utf-8")
    return take_over(dataset, str(file), who)


def test_what_is_not_said_is_as_the_row_has_it(dataset: DatasetFolder, tmp_path: Path) -> None:
    rows = (
        'a#u0,anna,corrected,"[\'can\'\'t, care\', ""שמחה 😀""]","So, ""it"" is",1.5,3,\n'
        "a#u0,ben,accepted,,,,,\n"
        "a#u1,anna,accepted,,,,,2026-05-01T10:00:00Z\n"
    ).replace("''", "\\'")
    taken = _take(dataset, tmp_path, HEAD + rows)
    assert (taken.kept, taken.known, taken.unmatched) == (3, 0, ())
    empty, corrected, accepted = read_decisions(dataset)
    assert corrected.labels == ("can't, care", "שמחה 😀")
    assert (corrected.text, corrected.start_s, corrected.seconds) == ('So, "it" is', 1.5, 3)
    assert (corrected.row_start_s, corrected.row_end_s) == (1.0, 4.0)
    assert (accepted.labels, accepted.text, accepted.start_s) == (("joy",), "It's so.", None)
    assert (empty.labels, empty.at.year, empty.source) == ((), 2026, "csv")


def test_the_same_file_twice_adds_nothing_and_a_changed_row_adds_one(
    dataset: DatasetFolder, tmp_path: Path
) -> None:
    text = HEAD + "a#u0,anna,corrected,fear,,,,\na#u1,anna,rejected,,,,,2026-05-01\n"
    assert _take(dataset, tmp_path, text).kept == 2
    again = _take(dataset, tmp_path, text)
    assert (again.kept, again.known) == (0, 2)
    changed = _take(dataset, tmp_path, text.replace("fear", "awe"))
    assert (changed.kept, changed.known) == (1, 1)
    back = _take(dataset, tmp_path, text)
    assert (back.kept, back.known) == (1, 1)
    assert len(read_decisions(dataset)) == 4


def test_rows_that_are_not_here_are_told_and_the_others_kept(
    dataset: DatasetFolder, tmp_path: Path
) -> None:
    text = "video_id;utterance_index;verdict;mood\na;0;accepted;fine\na;7;accepted;\na;1;;\n"
    taken = _take(dataset, tmp_path, text, "anna")
    assert taken.kept == 1
    assert taken.unmatched[0].endswith("line 3: there is no row a#u7")
    told = " ".join(taken.notices)
    assert "passed over: mood" in told
    assert "1 rows have no verdict" in told


def test_a_row_that_was_made_anew_is_not_accepted_unseen(
    dataset: DatasetFolder, tmp_path: Path
) -> None:
    text = "unit_id,verdict,config_hash\na#u0,accepted,000000000000\n"
    taken = _take(dataset, tmp_path, text, "anna")
    assert taken.kept == 0
    assert taken.unmatched[0].endswith("a#u0 was annotated anew since")


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("a#u0,anna,fine,,,,,", "line 3: verdict fine is none of accepted, corrected"),
        ("a#u0,anna,accepted,fear,,,,", "line 3: a#u0: accepts the row and says something else"),
        ("a#u0,anna,corrected,fear,,9.5,,", "line 3: a#u0:  ?Value error, it ends before it"),
        ("a#u0,anna,corrected,fear,,nan,,", "line 3: start_s nan is no number"),
        ("a#u0,,corrected,fear,,,,", "line 3: does not say who decided"),
        ("a#u0,anna,corrected,fear,,,,yesterday", "line 3: at yesterday is no time in ISO 8601"),
    ],
)
def test_nothing_is_taken_over_of_a_file_with_a_fault(
    dataset: DatasetFolder, tmp_path: Path, row: str, told: str
) -> None:
    with pytest.raises(SetupError, match=told):
        _take(dataset, tmp_path, f"{HEAD}a#u0,anna,rejected,,,,,\n{row}\n")
    assert read_decisions(dataset) == []


def test_columns_that_are_missing_are_named(dataset: DatasetFolder, tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"lacks verdict, unit_id .*, reviewer"):
        _take(dataset, tmp_path, "labels\njoy\n")
