"""Ray for one run: quiet on the terminal, everything in the log."""

import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.ray_session import ray_session
from stages.faults import SetupError

ROOT = Path(__file__).parents[2]

PROGRAM = """
import os, sys, warnings, ray
from pathlib import Path
from pipeline.ray_session import ray_session

with ray_session(Path(sys.argv[1])) as resources:
    assert resources["CPU"] >= 1

    @ray.remote(num_cpus=0.1)
    def speak():
        print("a worker's line", flush=True)

    ray.get(speak.remote())
    os.write(2, b"a native line\\n")
    print("a line of Python", file=sys.stderr)
    warnings.warn("advice of a library")
    import time; time.sleep(2)  # the worker's line takes its way through Ray
os.write(2, b"after the session\\n")
"""


@pytest.mark.slow
def test_what_workers_and_native_code_print_goes_to_the_log(tmp_path: Path) -> None:
    log = tmp_path / "out" / "run.log"
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(log)],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        timeout=120,
    )
    assert done.stdout == ""
    assert done.stderr == "a line of Python\nafter the session\n"
    assert "a worker's line" in log.read_text()
    assert "a native line" in log.read_text()
    assert "advice of a library" in log.read_text()


def test_an_address_where_nothing_is_said_to_be_unreachable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAY_ADDRESS", "no-such-address")
    with pytest.raises(SetupError, match="Ray at 'no-such-address'"):
        ray_session(tmp_path / "run.log").__enter__()
