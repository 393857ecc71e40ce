"""The stage that docs/development.md shows, in a package outside the repository, in a whole run."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.dataset as ds
import pytest

from tests.clips import Picture, tone, write_clip
from tests.docs.pages import ROOT, write_outside_package

STAGES = "stages=[transcribe,segment,decode,my_package.light:LightStage,faces]"
ONE_LANE = "lanes=[{stages: [transcribe], cpus: 1}]"  # the others go with it
LUMA = 60  # of every picture of the clip


def _grey(_index: int, _time_s: float) -> Picture:
    return np.full((96, 160, 3), 51, np.uint8)  # limited range: 16 + 51 * 219 / 255


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A folder with `my_package/light.py` as the page shows it."""
    return write_outside_package(tmp_path / "outside")


def _microemo(package: Path, *words: str | Path) -> "subprocess.CompletedProcess[str]":
    paths = os.pathsep.join([str(package), str(ROOT), os.environ.get("PYTHONPATH", "")])
    return subprocess.run(
        [sys.executable, "-m", "jobs.command", *map(str, words)],
        cwd=package.parent,
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
    )


def _rows(folder: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = ds.dataset(folder).to_table().to_pylist()
    return rows


@pytest.mark.slow
def test_a_stage_of_ones_own_runs_where_the_recipe_names_it(package: Path) -> None:
    clip, out = package.parent / "dusk.mp4", package.parent / "out"
    write_clip(clip, seconds=1, picture=_grey, audio=tone())
    done = _microemo(
        package,
        *("annotate", clip, "--out", out, "--set", STAGES, "--set", ONE_LANE),
        *("--set", f"light.dark={LUMA + 20}"),
    )
    assert done.returncode == 0, done.stderr

    assert _rows(out / "failures") == []
    [row] = _rows(out / "annotations")
    assert row["luma"] == pytest.approx(LUMA, abs=1)
    assert f"It is dark: mean luma {LUMA} of 255." in row["warnings"]
    assert row["faces"] == []
    assert row["detector"]["name"] == "yunet"
    assert [*row["timings"]] == ["transcribe", "segment", "decode", "light", "faces"]
    assert all(seconds >= 0 for seconds in row["timings"].values())
    assert not {"description", "labels", "model"} & row.keys()

    record = json.loads((out / "run.json").read_text("utf-8"))
    assert record["config"]["light"] == {"dark": LUMA + 20}
    assert record["config"]["stages"][3] == "my_package.light:LightStage"


def test_its_keys_are_checked_like_all_others(package: Path) -> None:
    for setting, said in (
        ("light.drak=3", "light.drak is not a key; nearest: light.dark"),
        ("light.dark=300", "light.dark: input should be less than or equal to 255"),
    ):
        done = _microemo(package, "config", "--set", STAGES, "--set", setting)
        assert done.returncode == 1
        assert said in done.stderr


def test_the_configuration_shows_its_keys_and_the_lane_it_shares(package: Path) -> None:
    done = _microemo(package, "config", "--set", STAGES)
    assert "# What counts as dark." in done.stdout
    assert "# Mean luma below which a window is dark." in done.stdout
    assert "stages: [decode, light, faces]" in done.stdout
