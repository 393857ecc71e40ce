"""The table has OpenFace's names and our measurements, and nothing that was not measured."""

import csv
import io
from collections.abc import Callable
from typing import Any

from pipeline.export.formats.openface_table import tables

Make = Callable[..., Any]

CURVES = {
    "track_id": 0,
    "times_s": [2.0, 2.04, 2.08, 2.12],
    "units": [
        {"name": "AU12", "values": [0.0, 0.5, 1.0, None]},
        {"name": "AU01", "values": [0.1, 2.0, -1.0, 0.0]},
        {"name": "jaw", "values": [0.0] * 4},
    ],
}


def read(table: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(table), skipinitialspace=True))


def test_names_and_order_are_openfaces(make_annotation: Make, make_event: Make) -> None:
    smile = make_event(0, 2.03, 2.09, action_units=[12])
    row = make_annotation("a", face_curves=[CURVES], micro_events=[smile], face_events=None)
    ((track, table),) = tables(row)
    assert track == 0
    assert table.splitlines()[0] == (
        "frame, face_id, timestamp, confidence, success, AU01_r, AU12_r, AU01_c, AU12_c"
    )
    assert table.splitlines()[1] == "51, 0, 2.000, 0.90, 1, 0.50, 0.00, 0, 0"
    rows = read(table)
    assert [one["frame"] for one in rows] == ["51", "52", "53", "54"]
    assert [one["AU12_r"] for one in rows] == ["0.00", "2.50", "5.00", ""]
    assert [one["AU01_r"] for one in rows] == ["0.50", "5.00", "0.00", "0.00"]
    assert [one["AU12_c"] for one in rows] == ["0", "1", "1", "0"]
    assert {one["AU01_c"] for one in rows} == {"0"}


def test_what_is_not_known_has_no_column(make_annotation: Make) -> None:
    row = make_annotation("a", media=None, faces=None, face_curves=[CURVES])
    ((_, table),) = tables(row)
    assert table.splitlines()[0] == "face_id, timestamp, success, AU01_r, AU12_r"


def test_events_of_another_face_do_not_count(make_annotation: Make, make_event: Make) -> None:
    other = make_event(0, 2.0, 2.2, action_units=[12], track_id=1)
    row = make_annotation("a", face_curves=[CURVES], face_events=[other])
    ((_, table),) = tables(row)
    assert {one["AU12_c"] for one in read(table)} == {"0"}


def test_a_unit_that_only_an_event_names_has_a_presence(
    make_annotation: Make, make_event: Make
) -> None:
    blink = make_event(0, 2.0, 2.04, kind="blink", action_units=[45])
    row = make_annotation("a", face_curves=[CURVES], face_events=[blink])
    ((_, table),) = tables(row)
    assert [one["AU45_c"] for one in read(table)] == ["1", "1", "0", "0"]
    assert "AU45_r" not in table


def test_a_track_without_curves_of_units_has_no_table(make_annotation: Make) -> None:
    bare = {**CURVES, "units": None}
    assert list(tables(make_annotation("a", face_curves=[bare]))) == []
    assert list(tables(make_annotation("a", face_curves=None))) == []
