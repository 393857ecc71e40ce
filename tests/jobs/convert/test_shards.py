"""Tensors go to files of bounded size, and no more than one file's are in memory."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file

from jobs.convert.shards import Planned, write_shards
from stages.faults import SetupError
from stages.model.folder import weight_files

Plan = dict[str, Planned]


def _planned(value: torch.Tensor, make: Callable[[], torch.Tensor] | None = None) -> Planned:
    return Planned("x", tuple(value.shape), value.dtype, make or (lambda: value))


def test_one_file_needs_no_index(tmp_path: Path) -> None:
    told: list[str] = []
    plan = {"a": _planned(torch.ones(3)), "b": _planned(torch.zeros(2, dtype=torch.bfloat16))}
    assert write_shards(tmp_path, plan, "1MB", told.append) == 1
    assert told == ["model.safetensors"] == [file.name for file in tmp_path.iterdir()]
    written = load_file(tmp_path / "model.safetensors")
    assert torch.equal(written["a"], torch.ones(3))
    assert written["b"].dtype == torch.bfloat16


def test_several_files_hold_each_tensor_once_under_an_index(tmp_path: Path) -> None:
    plan = {str(at): _planned(torch.full((100,), float(at))) for at in range(10)}
    files = write_shards(tmp_path, plan, 1000, lambda name: None)
    assert files == 5 == len(weight_files(tmp_path))
    index = json.loads((tmp_path / "model.safetensors.index.json").read_text())
    assert index["metadata"]["total_size"] == 4000
    for name, file in index["weight_map"].items():
        assert (tmp_path / file).stat().st_size < 1400
        with safe_open(tmp_path / file, framework="pt") as stream:
            assert stream.get_tensor(name)[0].item() == float(name)
            assert stream.metadata() == {"format": "pt"}


def test_a_file_is_made_only_when_it_is_written(tmp_path: Path) -> None:
    events: list[str] = []

    def make(name: str) -> Callable[[], torch.Tensor]:
        def made() -> torch.Tensor:
            events.append(name)
            return torch.ones(100)

        return made

    plan = {name: _planned(torch.ones(100), make(name)) for name in "abc"}
    write_shards(tmp_path, plan, 400, events.append)
    assert [event for event in events if len(event) == 1] == ["a", "b", "c"]
    assert [len(event) == 1 for event in events] == [False, True] * 3


@pytest.mark.parametrize("size", ["many", "12 parsecs", ""])
def test_a_size_that_is_none_is_named(tmp_path: Path, size: str) -> None:
    with pytest.raises(SetupError, match="--max-shard-size"):
        write_shards(tmp_path, {"a": _planned(torch.ones(1))}, size, lambda name: None)


def test_a_disk_without_room_is_told_before_anything_is_written(tmp_path: Path) -> None:
    huge = {"a": Planned("x", (10**9, 10**9), torch.float32, lambda: torch.ones(1))}
    with pytest.raises(SetupError, match=r"takes 4000000000\.0 GB"):
        write_shards(tmp_path, huge, "2GB", lambda name: None)
    assert list(tmp_path.iterdir()) == []


MEASURED = """
import resource, sys, torch
from functools import partial
from pathlib import Path
from safetensors.torch import save_file
from jobs.convert.shards import Planned, write_shards
from jobs.convert.tensor_files import checkpoint_tensors, safetensors_tensors

folder, megabyte = Path(sys.argv[1]), 2**20
files = []
for part in range(8):
    names = [f"{part}.{at}" for at in range(8)]
    state = {name: torch.full((4 * megabyte,), 1, dtype=torch.uint8) for name in names}
    files.append(folder / f"in-{part}.safetensors")
    save_file(state, files[-1])
del state
held = safetensors_tensors(files)
plan = {n: Planned("x", one.shape, one.dtype, one.read) for n, one in held.items()}
out = folder / "out"
out.mkdir()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
write_shards(out, plan, 16 * megabyte, lambda name: None)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.slow
def test_memory_follows_the_size_of_a_file_and_not_of_the_model(tmp_path: Path) -> None:
    """256 MB in files of 16 MB, read from files of 32 MB."""
    code = [sys.executable, "-c", MEASURED, str(tmp_path)]
    done = subprocess.run(code, capture_output=True, text=True, check=True)
    assert int(done.stdout) < 96 * 1024  # KB above what was held before, over the peak of writing
    assert sum(file.stat().st_size for file in (tmp_path / "out").iterdir()) > 256 * 2**20
