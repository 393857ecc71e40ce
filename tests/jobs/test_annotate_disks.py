"""A run whose disk fills, loses the right to write or is unmounted: one line, and it goes on."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.chaos.account import faults_at_the_end
from tests.clips import write_clip
from tests.small_disk import MIB, SmallDisk, small_disks

pytestmark = [pytest.mark.slow, pytest.mark.namespaces, pytest.mark.timeout(600)]

ROOT = Path(__file__).parents[2]
STAGES = "transcribe, segment, decode, faces"
SETTINGS = [
    *("--set", f"stages=[{STAGES}]", "--set", f"lanes=[{{stages: [{STAGES}], cpus: 0.9}}]"),
]
A_LITTLE = 3 * 4096  # bytes: enough for the lock and for lines of the log, and too few for Parquet
SHORT = [f"{number}.mp4" for number in range(8)]
WINDOWS = {f"{name}#0" for name in SHORT} | {f"long.mp4#{index}" for index in range(3)}


@pytest.fixture(scope="module")
def videos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("videos")
    for name in SHORT:
        write_clip(folder / name, seconds=1, fps=5)
    write_clip(folder / "long.mp4", seconds=75, fps=1)
    return folder


@pytest.fixture
def disks(tmp_path: Path) -> Iterator[list[SmallDisk]]:
    """One for the results and one for Ray's own files, whose sockets need a short path."""
    with tempfile.TemporaryDirectory(dir="/tmp") as rays:
        (tmp_path / "disk").mkdir()
        with small_disks([tmp_path / "disk", Path(rays)], 96) as both:
            yield both


class _Run:
    """`microemo annotate` where the disks are seen."""

    def __init__(self, disks: list[SmallDisk], inputs: Path, *, part_seconds: float = 0.01) -> None:
        disk, rays = disks
        self.out = disk.seen / "out"
        self._process = subprocess.Popen(
            disk.command(
                *("env", f"PYTHONPATH={ROOT}", f"RAY_TMPDIR={rays.folder}"),
                *(sys.executable, "-m", "jobs.command", "annotate", str(inputs)),
                *("--out", f"{disk.folder}/out", *SETTINGS),
                *("--set", f"sink.part_seconds={part_seconds}"),
            ),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def until(self, is_so: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 120
        while not is_so():
            assert self._process.poll() is None, self._process.communicate()
            assert time.monotonic() < deadline
            time.sleep(0.01)

    def parts(self) -> list[Path]:
        return list(self.out.glob("annotations/part-2*.parquet"))

    def ends(self) -> tuple[int, str]:
        """Its exit code, and what it said on stderr."""
        _, said = self._process.communicate(timeout=200)
        return self._process.returncode, said


def _ends_in_a_line(run: _Run) -> str:
    code, said = run.ends()
    assert code == 1, said
    assert said.startswith("microemo: ")
    assert said.count("\n") == 1
    return said


def _goes_on(disks: list[SmallDisk], videos: Path, tmp_path: Path) -> None:
    """The same command completes, and all is there once."""
    run = _Run(disks, videos)
    assert run.ends() == (0, "")
    subprocess.run(["cp", "-r", run.out, tmp_path / "results"], check=True)
    assert faults_at_the_end(tmp_path / "results", WINDOWS) == []


def test_full_before_the_start(disks: list[SmallDisk], videos: Path, tmp_path: Path) -> None:
    disks[0].fill(MIB)
    assert "out: 1 MiB are left on its disk" in _ends_in_a_line(_Run(disks, videos))
    disks[0].make_room()
    _goes_on(disks, videos, tmp_path)


@pytest.mark.parametrize("first", ["cuts", "annotations"])
def test_full_at_the_first_file_of_a_kind(
    first: str, disks: list[SmallDisk], videos: Path, tmp_path: Path
) -> None:
    run = _Run(disks, videos / ("long.mp4" if first == "cuts" else "0.mp4"), part_seconds=600)
    run.until((run.out / "failures" / "part-0-schema.parquet").exists)
    disks[0].fill(A_LITTLE)
    said = _ends_in_a_line(run)
    assert f"{disks[0].folder}/out: {first}/" in said
    assert "No space left on device" in said
    disks[0].make_room()
    _goes_on(disks, videos, tmp_path)


def test_full_at_a_later_part(disks: list[SmallDisk], videos: Path, tmp_path: Path) -> None:
    run = _Run(disks, videos)
    run.until(run.parts)
    disks[0].fill(A_LITTLE)
    said = _ends_in_a_line(run)
    assert f"--out {disks[0].folder}/out: " in said
    assert "cannot be written" in said or "left on its disk" in said
    written = len(run.parts())
    assert written
    disks[0].make_room()
    _goes_on(disks, videos, tmp_path)


def test_read_only_while_it_goes(disks: list[SmallDisk], videos: Path, tmp_path: Path) -> None:
    run = _Run(disks, videos)
    run.until(run.parts)
    disks[0].make_read_only()
    assert "Read-only file system" in _ends_in_a_line(run)
    disks[0].make_writable()
    _goes_on(disks, videos, tmp_path)


def test_unmounted_while_it_goes(disks: list[SmallDisk], videos: Path, tmp_path: Path) -> None:
    run = _Run(disks, videos)
    run.until(run.parts)
    disks[0].take_away()
    said = _ends_in_a_line(run)
    assert "its disk was unmounted" in said
    assert list(disks[0].folder.iterdir()) == []


def test_rays_own_disk_full_before_the_start(
    disks: list[SmallDisk], videos: Path, tmp_path: Path
) -> None:
    disks[1].fill(MIB)
    said = _ends_in_a_line(_Run(disks, videos))
    assert f"{disks[1].folder}/ray: 1 MiB are left on the disk of Ray's own files" in said
    disks[1].make_room()
    _goes_on(disks, videos, tmp_path)


def test_rays_own_disk_full_while_it_goes(
    disks: list[SmallDisk], videos: Path, tmp_path: Path
) -> None:
    run = _Run(disks, videos)
    run.until(run.parts)
    disks[1].fill()
    said = _ends_in_a_line(run)
    assert "MiB are left on the disk of Ray's own files" in said
    disks[1].make_room()
    _goes_on(disks, videos, tmp_path)
