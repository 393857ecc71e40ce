"""What is wrong with a dataset is found, named by file or id, and what is sound is let be."""

from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest

from pipeline.dataset.cuts import record_cut
from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.gathering import Journal
from pipeline.dataset.layout import JOURNAL, cut_name
from pipeline.dataset.verify import verify
from stages.rows import Row
from tests.pipeline.conftest import RECORD

Make = Callable[..., Any]
_CUT = pa.schema(
    [
        ("video_id", pa.string()),
        ("window_index", pa.int32()),
        ("start_s", pa.float64()),
        ("end_s", pa.float64()),
    ]
)


def _found(folder: DatasetFolder) -> list[str]:
    return [f"{each.place}: {each.fault}" for each in verify(folder).findings]


@pytest.fixture
def film(make_annotation: Make) -> list[Row]:
    """The rows of a video of three windows."""
    return [make_annotation("film", index, 3) for index in range(3)]


def test_what_is_whole_is_called_so(
    write_run: Make, make_annotation: Make, make_failure: Make, film: list[Row]
) -> None:
    failed = make_failure("film", window_index=1, window_count=3, start_s=10.0, end_s=20.0)
    folder = write_run(
        [film[0], film[2]], [make_annotation("a")], failures=[failed, make_failure("b")]
    )
    record_cut(folder, film, _CUT)
    verdict = verify(folder)
    assert not verdict.findings
    assert (verdict.files, verdict.windows, verdict.videos) == (4, 4, 3)


def test_a_window_that_stands_twice_is_named_with_its_files(
    write_run: Make, make_annotation: Make, make_failure: Make
) -> None:
    one = {"window_index": 0, "window_count": 1, "start_s": 0.0, "end_s": 10.0}
    folder = write_run(
        [make_annotation("a"), make_annotation("b")],
        [make_annotation("a")],
        failures=[make_failure("b", **one), make_failure("c"), make_failure("c")],
    )
    assert _found(folder) == [
        "c: stands 2 times: in failures/part-0.parquet",
        "a#0: stands 2 times: in annotations/part-000.parquet, annotations/part-001.parquet",
        "b#0: stands 2 times: in annotations/part-000.parquet, failures/part-0.parquet",
    ]


def test_windows_that_are_missing_overlap_or_were_never_cut_are_named(
    write_run: Make, make_annotation: Make, film: list[Row]
) -> None:
    folder = write_run([film[0], {**film[2], "window_count": 4}, make_annotation("x", 5, 3)])
    record_cut(folder, film, _CUT)
    assert _found(folder) == [
        "film: was cut into several numbers of windows: 3, 4",
        "x: has windows beyond its 3: 5",
        "x: owes 3 of 3 windows: 0, 1, 2",
        "x: is cut into several windows, and how is not recorded",
    ]


def test_windows_tile_their_video_as_its_cut_has_it(write_run: Make, film: list[Row]) -> None:
    film[1]["end_s"] = 19.0
    folder = write_run(film)
    record_cut(folder, [{**film[0], "end_s": 9.0}, *film[1:]], _CUT)
    assert _found(folder) == [
        "film#1: ends at 19.0 s, and the next begins at 20.0 s",
        "film#0: has other times than its recorded cut",
    ]


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 0.999])
def test_a_file_that_is_cut_off_is_named_and_nothing_of_it_counts(
    share: float, write_run: Make, make_annotation: Make
) -> None:
    folder = write_run([make_annotation("a")], [make_annotation("b")])
    name = "annotations/part-001.parquet"
    content = folder.read_bytes(name)
    folder.write_bytes(name, content[: int(len(content) * share)])
    (found,) = _found(folder)
    assert found.startswith(f"{name}: cannot be read whole: ")
    assert verify(folder).windows == 1


def test_a_page_that_is_broken_in_the_midst_is_found(
    write_run: Make, make_annotation: Make
) -> None:
    folder = write_run([make_annotation("a")], [make_annotation("b")])
    name = "annotations/part-001.parquet"
    content = bytearray(folder.read_bytes(name))
    content[len(content) // 4] ^= 1  # in a picture, which is kept as it is: nothing else could tell
    folder.write_bytes(name, bytes(content))
    (found,) = _found(folder)
    assert found.startswith(f"{name}: cannot be read whole: ")


def test_a_file_of_something_else_is_named_with_how_it_differs(
    write_run: Make, make_annotation: Make
) -> None:
    folder = write_run([make_annotation("a")])
    foreign = pa.table({"video_id": ["b"], "window_index": ["0"], "mood": ["glad"]})
    folder.write_table("annotations/part-9.parquet", foreign)
    (found,) = _found(folder)
    assert found.startswith("annotations/part-9.parquet: is no part of this dataset: it lacks ")
    assert "has beside mood" in found
    assert "has of another type window_index" in found


def test_rows_that_were_made_with_something_else_are_named(
    write_run: Make, make_annotation: Make
) -> None:
    other = {"name": "tiny", "revision": "ffffffffffff", "trained": "no", "engine": "x"}
    folder = write_run(
        [make_annotation("a")],
        [make_annotation("b", model=other)],
        [make_annotation("c", config_hash="000000000000")],
    )
    assert _found(folder) == [
        "annotations/part-002.parquet: has rows of config_hash 000000000000; run.json knows of "
        "9f8e7d6c5b4a",
        "annotations/part-001.parquet: has rows of model ffffffffffff, and others of 0a1b2c3d4e5f",
    ]


def test_a_recorded_cut_that_cannot_be_read_is_named(write_run: Make, film: list[Row]) -> None:
    folder = write_run(film)
    folder.write_bytes(cut_name("film"), b"PAR1 no")
    (found,) = _found(folder)
    assert found.startswith(f"{cut_name('film')}: cannot be read whole: ")


def test_rows_of_several_configurations_are_whole_where_all_are_on_record(
    write_run: Make, make_annotation: Make
) -> None:
    other = {"name": "tiny", "revision": "ffffffffffff", "trained": "no", "engine": "x"}
    rows = [make_annotation("a"), make_annotation("b", config_hash="000000000000", model=other)]
    earlier = {"config_hash": "000000000000", "config": {}, "weights": {}}
    folder = write_run(rows, record={**RECORD, "earlier": [earlier]})
    assert _found(folder) == []


def test_an_exchange_that_was_broken_off_is_told(write_run: Make, make_annotation: Make) -> None:
    folder = write_run([make_annotation("a")])
    folder.write_bytes(JOURNAL, Journal(()).to_bytes())
    assert _found(folder)[0].startswith("journal.json: files were taking the place of others")
