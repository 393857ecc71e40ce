"""Processes that cut."""

from pathlib import Path

import psutil
import pytest

from pipeline.export.media.job import CutJob, Made, Unmade
from pipeline.export.media.workers import Cutters
from tests.clips import write_clip


def _job(name: str, source: Path, end_s: float = 1.0) -> CutJob:
    return CutJob(name, str(source), None, 0.0, 0.0, end_s)


def _cutting() -> list[psutil.Process]:
    children = psutil.Process().children()
    return [child for child in children if "spawn_main" in " ".join(child.cmdline())]


@pytest.mark.slow
def test_what_a_process_that_died_had_is_cut_by_another(tmp_path: Path) -> None:
    source = write_clip(tmp_path / "a.mp4", seconds=40.0)
    out = str(tmp_path / "out")
    with Cutters(out, 1) as cutters:

        def batches():  # type: ignore[no-untyped-def]
            yield [_job("media/long.mp4", source, 40.0)]
            while not (children := _cutting()):
                pass
            for child in children:
                child.kill()
            yield [_job("media/next.mp4", source)]

        results = [one for each in cutters.cut(batches()) for one in each]
    assert [type(one) for one in results] == [Made, Made]
    assert (tmp_path / "out/media/long.mp4").exists()


def test_a_source_that_is_none_gives_reasons_and_no_fault(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_text("no film")
    with Cutters(str(tmp_path / "out"), 1) as cutters:
        jobs = [_job("media/0.mp4", tmp_path / "a.mp4"), _job("media/1.mp4", tmp_path / "a.mp4")]
        (results,) = cutters.cut([jobs])
    assert results == [
        Unmade("media/0.mp4", "its source: unreadable"),
        Unmade("media/1.mp4", "its source: unreadable"),
    ]
