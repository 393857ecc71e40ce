"""A cache read back: what the stages gave, by number, in an order of its own."""

import multiprocessing
import pickle
import tempfile
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.cached.windows import CachedWindows
from pipeline.config import load_config
from pipeline.dataset.folder import DatasetFolder
from pipeline.identity import identify
from pipeline.manifest import resolve_inputs
from pipeline.plain_loop import build_stage, chain
from stages.faults import SetupError
from stages.rows import KEPT, Row, from_table, to_table
from tests.pipeline.cached.conftest import STAGES, Write, write_cache

SAMPLE = Path(__file__).parents[3] / "samples" / "context.mp4"
CONFIG = load_config("tiny", [STAGES])
BY_CLOCK = {"timings", "created_at"}


def _window(video_id: str, index: int, crops: int = 2) -> Row:
    """A window whose crops say which it is."""
    return {
        "video_id": video_id,
        "window_index": index,
        "window_id": f"{video_id}#{index}",
        "kept_frames": np.full((1, 4, 4, 3), index, np.uint8),
        "kept_frame_times_s": [0.5],
        "kept_crops": np.full((crops, 112, 112, 3), index, np.uint8),
        "kept_crop_times_s": [0.04 * at for at in range(crops)],
        "kept_crop_track_ids": [0] * crops,
    }


def _names(windows: CachedWindows) -> list[str]:
    return [window["window_id"] for window in windows]


def test_a_cache_holds_what_a_plain_loop_over_the_stages_gives(cache: Write) -> None:
    front = CONFIG.recipe.names[:-1]
    identity = identify(CONFIG)
    stages = [build_stage(name, CONFIG, identity) for name in front]
    (seen,) = chain(stages, resolve_inputs([str(SAMPLE)]).rows)
    windows = CachedWindows(cache(list(build_stage("keep", CONFIG)([seen]))))
    assert len(windows) == 1
    assert len(windows[0]["crops"]) > 100
    columns = CONFIG.recipe.schema_after(front[-1])
    (told,) = from_table(to_table([seen], columns))
    for name in (set(columns.names) & set(windows[0])) - BY_CLOCK:
        np.testing.assert_equal(windows[0][name], told[name], err_msg=name)
    for name in KEPT.values():  # also as it was before any of Arrow
        np.testing.assert_array_equal(windows[0][name], seen[name])
    assert windows[0]["crops"].dtype == np.uint8


@settings(max_examples=5)
@given(st.permutations([("b", 0), ("a", 10), ("a", 2), ("a/b", 0), ("é", 0), ("a", 0), ("B", 0)]))
def test_the_order_is_that_of_the_windows_whatever_was_finished_first(
    finished: list[tuple[str, int]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        write_cache(folder, [_window(*key, crops=0) for key in finished], CONFIG)
        windows = CachedWindows(folder)
        assert _names(windows) == ["B#0", "a#0", "a#2", "a#10", "a/b#0", "b#0", "é#0"]
        assert [window["window_id"] for window in windows.without_tensors()] == _names(windows)


def test_a_window_is_read_by_number_from_either_end(cache: Write) -> None:
    windows = CachedWindows(cache([_window("v", index, crops=index) for index in range(5)]))
    assert [len(windows[at]["crops"]) for at in (3, 0, -1)] == [3, 0, 4]
    assert windows[3]["crops"].max() == windows[3]["frames"].max() == 3
    assert windows[0]["crops"].shape == (0, 112, 112, 3)
    with pytest.raises(IndexError):
        windows[5]


def test_rows_without_tensors_have_all_else_under_the_same_names(cache: Write) -> None:
    windows = CachedWindows(cache([_window("v", 0), _window("v", 1)]))
    light = list(windows.without_tensors())
    whole = list(windows)
    assert [{**row, "frames": None, "crops": None} for row in light] == [
        {**row, "frames": None, "crops": None} for row in whole
    ]
    assert not {"frames", "crops", *KEPT} & {*light[0]}
    assert light[0]["crop_track_ids"] == [0, 0]


def test_a_window_that_stands_there_twice_is_one(cache: Write) -> None:
    windows = CachedWindows(cache([_window("v", 0), _window("v", 1), _window("v", 0)]))
    assert _names(windows) == ["v#0", "v#1"]


def test_what_failed_is_no_window(cache: Write) -> None:
    failed = {
        "video_id": "v",
        "window_index": 1,
        "error": {"stage": "decode", "kind": "no_frames", "message": "none"},
    }
    assert _names(CachedWindows(cache([_window("v", 0), failed]))) == ["v#0"]
    assert len(CachedWindows(cache([]))) == 1  # a later run without news changes nothing


def test_a_window_can_be_read_without_its_neighbours(cache: Write) -> None:
    location = cache([_window("v", index) for index in range(4)])
    parts = [pq.ParquetFile(file) for file in Path(location, "annotations").glob("part-2*")]
    assert sorted(part.num_row_groups for part in parts) == [1, 3]


def test_files_that_were_written_anew_with_other_row_groups_are_read(cache: Write) -> None:
    location = cache([_window("v", index) for index in (2, 0, 1)])
    (file,) = Path(location, "annotations").glob("part-2*")
    pq.write_table(pq.read_table(file), file, row_group_size=2)
    windows = CachedWindows(location)
    assert [window["crops"].max() for window in windows] == [0, 1, 2]


def _crop_of(job: tuple[CachedWindows, int]) -> int:
    windows, at = job
    return int(windows[at]["crops"].max())


_SHARED: list[CachedWindows] = []


def _inherited(at: int) -> int:
    return int(_SHARED[0][at]["crops"].max())


def test_processes_read_at_once_be_they_forked_or_handed_it(cache: Write) -> None:
    windows = CachedWindows(cache([_window("v", index) for index in range(6)]))
    numbers = list(range(6)) * 4
    assert _crop_of((pickle.loads(pickle.dumps(windows)), 5)) == 5
    assert windows[1]["crops"].max() == 1  # read here before the others begin
    _SHARED[:] = [windows]
    with multiprocessing.get_context("fork").Pool(2) as pool:
        assert pool.map(_inherited, numbers, chunksize=1) == numbers
        assert pool.map(_crop_of, [(windows, at) for at in numbers], chunksize=1) == numbers


def test_a_cache_may_lie_in_an_object_store() -> None:
    rows = [_window("v", 1), _window("v", 0)]
    windows = CachedWindows(write_cache("memory://store/cache", rows, CONFIG))
    assert [window["crops"].max() for window in windows] == [0, 1]


def test_a_folder_that_is_no_cache_is_refused_with_the_way_to_one(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="is no dataset"):
        CachedWindows(str(tmp_path))
    front = load_config("tiny", ["stages=[transcribe,segment,decode,faces,evidence]"])
    location = write_cache(str(tmp_path), [{"video_id": "v", "window_index": 0}], front)
    with pytest.raises(SetupError, match=r"is no cache.*microemo annotate.*evidence,keep"):
        CachedWindows(location)


def test_a_broken_file_is_named(cache: Write) -> None:
    location = cache([_window("v", 0)])
    windows = CachedWindows(location)
    part = DatasetFolder(location).part_names("annotations")[-1]
    Path(location, part).write_bytes(Path(location, part).read_bytes()[:100])
    for read in (lambda: windows[0], lambda: CachedWindows(location)):
        with pytest.raises(SetupError, match=f"{part}: cannot be read"):
            read()
