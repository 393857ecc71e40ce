"""Each annotated window is found where it stands."""

from collections.abc import Callable
from typing import Any

import pytest

from pipeline.dataset.places import opened_part, places
from stages.faults import SetupError

Make = Callable[..., Any]


def test_a_window_is_read_where_it_is_said_to_stand(write_run: Make, make_annotation: Make) -> None:
    folder = write_run(
        [make_annotation("film", 1, 2), make_annotation("a")], [make_annotation("film", 0, 2)]
    )
    found = dict(places(folder))
    assert set(found) == {("film", 0), ("film", 1), ("a", 0)}
    for (video_id, index), place in found.items():
        with opened_part(folder, place.part) as file:
            row = file.read_row_group(place.group).slice(place.row, 1).to_pylist()[0]
        assert (row["video_id"], row["window_index"]) == (video_id, index)


def test_a_file_that_cannot_be_read_is_named(write_run: Make, make_annotation: Make) -> None:
    folder = write_run([make_annotation("a")])
    folder.write_bytes("annotations/part-000.parquet", b"no Parquet")
    with pytest.raises(SetupError, match=r"part-000\.parquet: cannot be read"):
        list(places(folder))
