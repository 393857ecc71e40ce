"""Which rows are named, and what of them is made together."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.again.selection import Named, groups, named_rows
from pipeline.again.starts import Starts
from pipeline.config import load_config
from pipeline.dataset.cuts import record_cut
from pipeline.dataset.folder import DatasetFolder
from pipeline.identity import making_of
from pipeline.recipe import BUILT_IN, FULL, Recipe
from stages.faults import SetupError
from stages.rows import Row

Make = Callable[..., Any]
WEIGHTS = {"model": {"name": "m", "revision": "1", "visual_revision": "1", "trained": "no"}}


def _starts(setting: str) -> tuple[Starts, str, str]:
    """From the preset to the preset with a setting; and both hashes."""
    was, config = load_config(), load_config("tiny", [setting])
    then, making = making_of(was, WEIGHTS), making_of(config, WEIGHTS)
    record = {then.config_hash: {"config": then.config, "weights": WEIGHTS}}
    starts = Starts(config, making, {name: {} for name in FULL}, record)
    return starts, then.config_hash, making.config_hash


@pytest.fixture
def film(
    write_run: Make, make_annotation: Make, make_failure: Make
) -> Callable[..., DatasetFolder]:
    """A film of three windows of which one failed, a clip, and a file that is none."""

    def write(made_with: str) -> DatasetFolder:
        rows = [make_annotation("film", at, 3, config_hash=made_with) for at in (0, 2)]
        clip = make_annotation("clip", config_hash=made_with, abstained=True)
        window = {"window_id": "film#1", "window_index": 1, "window_count": 3}
        failures = [
            make_failure("film", config_hash=made_with, **window),
            make_failure("none", config_hash=made_with),
        ]
        folder: DatasetFolder = write_run(rows, [clip], failures=failures)
        record_cut(folder, [*rows, {**rows[0], "window_index": 1}], Recipe(BUILT_IN).cut_schema)
        return folder

    return write


def _told(rows: list[Row]) -> list[tuple[str, str]]:
    return sorted((row["window_id"] or row["video_id"], row["stage"]) for row in rows)


EVERY = ("film", "clip", "none")


def test_what_was_made_with_something_else_is_stale_and_failures_too(film: Make) -> None:
    starts, old, new = _starts("faces.max_gap_s=0.1")
    folder = film(old)
    table = named_rows(folder, EVERY, starts, Named(folder, new, None))
    assert _told(table.to_pylist()) == [
        ("clip#0", "decode"),
        ("film#0", "decode"),
        ("film#1", "decode"),
        ("film#2", "decode"),
        ("none", "transcribe"),
    ]
    found = groups(table, {"none": 1})
    assert sorted((one.start.stage, one.windows, one.videos) for one in found) == [
        ("decode", 4, 2),
        ("transcribe", 1, 1),
    ]


def test_videos_that_are_not_among_the_arguments_are_left_alone(film: Make) -> None:
    starts, old, new = _starts("faces.max_gap_s=0.1")
    folder = film(old)
    table = named_rows(folder, ["clip"], starts, Named(folder, new, None))
    assert _told(table.to_pylist()) == [("clip#0", "decode")]


def test_nothing_is_stale_where_nothing_has_changed(film: Make) -> None:
    starts, old, _ = _starts("faces.max_gap_s=0.1")
    folder = film(old)
    assert not named_rows(folder, EVERY, starts, Named(folder, old, None)).num_rows


def test_an_expression_names_annotated_windows_by_what_holds_for_them_or_an_utterance(
    film: Make,
) -> None:
    starts, old, new = _starts("faces.max_gap_s=0.1")
    folder = film(old)

    def chosen(where: str) -> list[str]:
        table = named_rows(folder, EVERY, starts, Named(folder, new, where))
        return [name for name, _ in _told(table.to_pylist())]

    assert chosen("abstained") == ["clip#0"]
    assert chosen("utterance_index = 4") == ["film#2"]
    assert chosen("window_index = 0 and utterance_index is null") == ["clip#0", "film#0"]
    assert chosen("confidence > 1") == []
    with pytest.raises(SetupError, match="--where nothing = 1: there is no column nothing"):
        chosen("nothing = 1")


def test_a_video_that_is_cut_anew_is_named_whole(film: Make) -> None:
    starts, old, new = _starts("segment.max_window_s=12")
    folder = film(old)
    table = named_rows(folder, EVERY, starts, Named(folder, new, "window_index = 2"))
    (row,) = table.to_pylist()
    assert (row["video_id"], row["window_index"], row["stage"]) == ("film", None, "transcribe")
    (group,) = groups(table, {"film": 3})
    assert (group.windows, group.videos) == (3, 1)


def test_a_folder_without_rows_names_nothing(tmp_path: Path, write_run: Make) -> None:
    starts, _, new = _starts("faces.max_gap_s=0.1")
    folder = write_run([], failures=[])
    assert not named_rows(folder, EVERY, starts, Named(folder, new, None)).num_rows
