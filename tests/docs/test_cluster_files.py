"""What docs/cluster holds can be taken as it stands: scripts, commands, images, resources."""

import os
import shlex
import signal
import subprocess
import time
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from jobs.command import _parser
from pipeline.config import load_config
from pipeline.lanes import plan_elastic_lanes
from tests.docs.pages import ROOT

CLUSTER = ROOT / "docs" / "cluster"
SCRIPTS = sorted(CLUSTER.glob("*.sh"))


@pytest.fixture(scope="module")
def job() -> dict[str, Any]:
    found, *_ = YAML(typ="safe", pure=True).load_all(CLUSTER / "rayjob.yaml")
    assert (found["apiVersion"], found["kind"]) == ("ray.io/v1", "RayJob")
    return found["spec"]


def _groups(job: dict[str, Any]) -> list[dict[str, Any]]:
    cluster = job["rayClusterSpec"]
    return [cluster["headGroupSpec"], *cluster["workerGroupSpecs"]]


def _containers(job: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for group in _groups(job) for one in group["template"]["spec"]["containers"]]


def test_the_job_is_a_command_that_the_program_takes(job: dict[str, Any]) -> None:
    command, _, mended = job["entrypoint"].partition(" || ")
    assert mended == "[ $? -eq 3 ]"
    program, name, *words = shlex.split(command)
    assert (program, name) == ("microemo", "annotate")
    given = _parser(name).parse_args([name, *words])
    assert load_config(given.preset, given.overrides).model.path == "/models/timechat-7b"


@pytest.mark.parametrize(("code", "ends_as"), [(0, 0), (3, 0), (1, 1)])
def test_a_job_that_finished_with_failures_is_not_begun_again(
    job: dict[str, Any], code: int, ends_as: int
) -> None:
    line = f"(exit {code}) || {job['entrypoint'].partition(' || ')[2]}"
    assert subprocess.run(["sh", "-c", line], check=False).returncode == ends_as


def test_the_cluster_of_the_job_has_the_ray_of_the_package(job: dict[str, Any]) -> None:
    assert job["rayClusterSpec"]["rayVersion"] == metadata.version("ray")


def test_every_pod_reads_the_same_models_with_the_same_keys(job: dict[str, Any]) -> None:
    containers = _containers(job)
    assert len(containers) == 3
    for one in containers:
        assert one["image"].startswith("REGISTRY/microemo:")
        assert one["envFrom"] == containers[0]["envFrom"]
        assert one["volumeMounts"] == containers[0]["volumeMounts"]
    for group in _groups(job):
        assert [one["name"] for one in group["template"]["spec"]["volumes"]] == ["models"]


def test_what_the_cluster_may_grow_to_holds_the_lanes_of_the_job(job: dict[str, Any]) -> None:
    assert job["rayClusterSpec"]["headGroupSpec"]["rayStartParams"]["num-cpus"] == "0"
    most = {"cpu": 0.0, "nvidia.com/gpu": 0.0}
    for group in job["rayClusterSpec"]["workerGroupSpecs"]:
        [container] = group["template"]["spec"]["containers"]
        for name in most:
            there = float(container["resources"]["limits"].get(name, 0))
            most[name] += there * group["maxReplicas"]
    lanes = load_config("llama2-7b").lanes
    assert plan_elastic_lanes(lanes, most["cpu"], most["nvidia.com/gpu"])


def test_redis_has_the_password_that_the_cluster_gives(job: dict[str, Any]) -> None:
    _, service, redis = YAML(typ="safe", pure=True).load_all(CLUSTER / "rayjob.yaml")
    options = job["rayClusterSpec"]["gcsFaultToleranceOptions"]
    [port] = service["spec"]["ports"]
    assert options["redisAddress"] == f"{service['metadata']['name']}:{port['port']}"
    [container] = redis["spec"]["template"]["spec"]["containers"]
    [password] = container["env"]
    assert password["valueFrom"] == options["redisPassword"]["valueFrom"]
    assert f"$({password['name']})" in container["args"]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_a_script_is_one_that_the_shell_takes(script: Path) -> None:
    subprocess.run(["bash", "-n", script], check=True)


# Stands for the run, and is told to stop as the run is.
RUN = """#!/bin/bash
echo "$@" > run_with
trap 'exit 143' TERM
if [ "${RUN_CODE:-}" ]; then exit "$RUN_CODE"; fi
sleep 60 & wait
"""
REQUEUE = '#!/bin/bash\necho "$@" > requeued\n'


def _array_task(folder: Path, **variables: str) -> "subprocess.Popen[bytes]":
    programs = folder / "bin"
    programs.mkdir()
    for name, text in (("microemo", RUN), ("scontrol", REQUEUE)):
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    return subprocess.Popen(
        ["bash", str(CLUSTER / "slurm-array.sh"), "/corpus", "/results"],
        cwd=folder,
        env={
            **os.environ,
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "SLURM_JOB_ID": f"test-{os.getpid()}",
            "SLURM_ARRAY_TASK_ID": "3",
            "SLURM_ARRAY_TASK_COUNT": "16",
            **variables,
        },
    )


def _begun(task: "subprocess.Popen[bytes]", folder: Path) -> list[str]:
    while task.poll() is None and not (folder / "run_with").exists():
        time.sleep(0.01)
    return (folder / "run_with").read_text().split()


def test_a_task_of_the_array_takes_its_share_and_ends_as_its_run_does(tmp_path: Path) -> None:
    task = _array_task(tmp_path, RUN_CODE="3")
    assert task.wait(30) == 3
    name, *words = (tmp_path / "run_with").read_text().split()
    given = _parser(name).parse_args([name, *words])
    assert (given.out, str(given.shard)) == ("/results/3", "3/16")
    assert not (tmp_path / "requeued").exists()


@pytest.mark.parametrize(
    ("number", "is_requeued"), [(signal.SIGUSR1, True), (signal.SIGTERM, False)]
)
def test_a_task_whose_time_is_up_is_queued_again_and_a_cancelled_one_is_not(
    tmp_path: Path, number: signal.Signals, is_requeued: bool
) -> None:
    task = _array_task(tmp_path)
    _begun(task, tmp_path)
    task.send_signal(number)
    assert task.wait(30) == 143
    assert (tmp_path / "requeued").exists() == is_requeued


def test_the_slurm_scripts_say_of_the_signal_what_they_listen_to() -> None:
    for script in SCRIPTS:
        text = script.read_text("utf-8")
        assert "#SBATCH --signal=B:USR1@" in text
        assert "USR1 #" in text
        assert "#SBATCH --requeue" in text
