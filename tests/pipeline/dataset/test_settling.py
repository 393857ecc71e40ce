"""Files that take the place of others: what was begun is ended, and nothing is left of it."""

from pathlib import Path

import pyarrow as pa
import pytest

from pipeline.dataset import settling
from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.gathering import Gathering, Journal
from pipeline.dataset.settling import put_in_place, settle
from stages.faults import SetupError

NEW = "annotations/.part-9.parquet.of-1"
CUT = "cuts/.part-9.parquet.of-1"
JOURNAL = Journal(
    (
        Gathering(NEW, "annotations/part-2.parquet", ("annotations/part-1.parquet",)),
        Gathering(CUT, "cuts/a.parquet", ("cuts/a.parquet",)),
    ),
    clears_again=True,
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DatasetFolder:
    """Old files with a 0 in them, and drafts with a 1."""
    monkeypatch.setattr(settling, "_LISTED_S", 0.0)
    made = DatasetFolder(str(tmp_path))
    for at, names in enumerate((("annotations/part-1.parquet", "cuts/a.parquet"), (NEW, CUT))):
        for name in names:
            made.write_table(name, pa.table({"x": [at]}))
    made.write_bytes("again/plan.json", b"{}")
    return made


def _assert_in_place(folder: DatasetFolder, place: Path) -> None:
    files = sorted(str(path.relative_to(place)) for path in place.rglob("*") if path.is_file())
    assert files == ["annotations/part-2.parquet", "cuts/a.parquet"]
    assert all(folder.read_table(name).to_pydict() == {"x": [1]} for name in files)
    assert not (place / "again").exists()


def test_files_take_their_places_and_what_they_were_for_is_gone(
    folder: DatasetFolder, tmp_path: Path
) -> None:
    put_in_place(folder, JOURNAL)
    _assert_in_place(folder, tmp_path)


def test_who_reads_by_the_journal_sees_them_from_its_first_moment(folder: DatasetFolder) -> None:
    folder.write_bytes("journal.json", JOURNAL.to_bytes())
    assert folder.part_names("annotations") == [NEW]
    assert folder.part_names("cuts") == [CUT]


@pytest.mark.parametrize("done", [0, 1])
def test_whoever_takes_the_lock_next_ends_it(
    done: int, folder: DatasetFolder, tmp_path: Path
) -> None:
    folder.write_bytes("journal.json", JOURNAL.to_bytes())
    for one in JOURNAL.gatherings[:done]:
        (tmp_path / one.draft).replace(tmp_path / one.gathered)
    settle(folder)
    _assert_in_place(folder, tmp_path)


def test_drafts_without_a_journal_are_taken_away(folder: DatasetFolder, tmp_path: Path) -> None:
    settle(folder)
    assert not list(tmp_path.rglob(".part*"))
    assert folder.read_table("annotations/part-1.parquet").to_pydict() == {"x": [0]}


def test_a_journal_that_cannot_be_read_is_told(folder: DatasetFolder) -> None:
    folder.write_bytes("journal.json", b"{")
    with pytest.raises(SetupError, match=r"journal\.json: cannot be read"):
        settle(folder)
