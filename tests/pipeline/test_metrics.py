"""A run can be watched by Prometheus, and there is a page that draws what it reads."""

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from pipeline import metrics

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "cluster" / "grafana.json"


@pytest.mark.slow
def test_prometheus_reads_what_the_stages_of_a_run_did(
    tmp_path: Path, with_ray_default: dict[str, str]
) -> None:
    head = [sys.executable, "-m", "ray.scripts.scripts"]
    with socket.socket() as taken, socket.socket() as also_taken:
        taken.bind(("127.0.0.1", 0))
        also_taken.bind(("127.0.0.1", 0))
        port, metrics_port = taken.getsockname()[1], also_taken.getsockname()[1]
    given = ["--port", str(port), "--metrics-export-port", str(metrics_port), "--num-cpus", "2"]
    started = [*head, "start", "--head", "--include-dashboard=false", "--block", *given]
    log = (tmp_path / "head.log").open("w")
    with subprocess.Popen(started, env=with_ray_default, stdout=log, stderr=log) as ray_head:
        try:
            environment = {**with_ray_default, "RAY_ADDRESS": f"127.0.0.1:{port}"}
            seen = _scraped_while(_annotate(tmp_path / "out", environment), metrics_port)
        finally:
            ray_head.terminate()
    rows = {key: value for key, value in seen.items() if key[0] == "ray_microemo_stage_rows_total"}
    assert ("ray_microemo_lane_processes", "decode+faces+evidence") in seen
    assert rows[("ray_microemo_stage_rows_total", "generate")] >= 1
    assert seen[("ray_microemo_stage_seconds_total", "faces")] > 0


def _annotate(out: Path, environment: dict[str, str]) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "microemo", "annotate", str(ROOT / "samples"), "--out"]
    return subprocess.Popen([*command, str(out)], env=environment, stderr=subprocess.DEVNULL)


def _scraped_while(run: "subprocess.Popen[bytes]", port: int) -> dict[tuple[str, str], float]:
    """What Prometheus would have read of a run by its end; by metric, and stage or lane."""
    seen: dict[tuple[str, str], float] = {}
    line = re.compile(r'^(ray_microemo_\w+)\{.*(?:stage|lane)="([^"]*)".*\} (\S+)$', re.MULTILINE)
    while run.poll() is None:
        time.sleep(0.5)
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as page:
                told = page.read().decode()
        except OSError:  # not up yet
            continue
        seen |= {(name, of): float(value) for name, of, value in line.findall(told)}
    assert run.returncode == 0
    return seen


@pytest.fixture(scope="module")
def with_ray_default(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment in which `ray[default]` is installed: it is no part of the tests' own."""
    place = tmp_path_factory.mktemp("ray-default")
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(place)]
    constraints = ["--constraint", str(ROOT / "constraints.txt")]
    subprocess.run([*install, *constraints, "ray[default]>=2.60,<2.61"], check=True)
    path = os.pathsep.join([str(place), str(ROOT)])
    often = {"RAY_metrics_report_interval_ms": "1000"}  # else every ten seconds
    return {**os.environ, **often, "PYTHONPATH": path, "RAY_AUTH_MODE": "disabled"}


def test_the_page_for_grafana_draws_what_there_is() -> None:
    page = json.loads(PAGE.read_text())
    drawn = {
        name
        for panel in page["panels"]
        for target in panel["targets"]
        for name in re.findall(r"ray_(microemo_[a-z_]+?)(?:_total)?\b", target["expr"])
    }
    made = set(re.findall(r'"(microemo_[a-z_]+)"', Path(metrics.__file__).read_text()))
    assert drawn == made


def test_panels_lie_side_by_side() -> None:
    places = [panel["gridPos"] for panel in json.loads(PAGE.read_text())["panels"]]
    assert len({(place["x"], place["y"]) for place in places}) == len(places)
    assert all(place["x"] + place["w"] <= 24 for place in places)
