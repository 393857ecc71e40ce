"""The stages before the model in a plain loop, on one file, as a run has them."""

from functools import cache
from pathlib import Path

from pipeline.config import load_config
from pipeline.plain_loop import build_stage, chain
from stages.rows import Row
from stages.stage import Stage
from tests.rows import source

CASES = Path(__file__).parent

FRONT = ("transcribe", "segment", "decode", "faces")


@cache
def _stages(names: tuple[str, ...]) -> list[Stage]:
    config = load_config("tiny", [])
    return [build_stage(name, config) for name in names]


def through(path: Path, last: str = "faces") -> list[Row]:
    """The windows of a video after the stage `last`."""
    stages = _stages(FRONT[: FRONT.index(last) + 1])
    rows = list(chain(stages, [source(video_id=path.name, uri=str(path))]))
    assert [row["error"] for row in rows if row.get("error")] == []
    return rows


def spoken(rows: list[Row]) -> list[tuple[float, float]]:
    """When somebody speaks."""
    return [(said["start_s"], said["end_s"]) for row in rows for said in row["utterances"]]


def pictures_in(rows: list[Row]) -> int:
    """How many pictures were looked at, one shown again not counted."""
    return sum(len(row["analysis_times_s"]) for row in rows)
