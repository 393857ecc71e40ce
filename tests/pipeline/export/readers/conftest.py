"""Programs that load what is exported, each in an environment of its own."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
ENVIRONMENTS = Path(os.environ.get("MICROEMO_READERS", HERE.parents[3] / ".readers"))


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., list[Any]]:
    """Runs `<reader>/load.py` in the environment of a reader; what it prints, as JSON lines."""

    def run(reader: str, *arguments: str, folder: Path) -> list[Any]:
        python = ENVIRONMENTS / reader / "bin/python"
        assert python.exists(), f"{python} is missing: run `make test-readers`"
        done = subprocess.run(
            [str(python), str(HERE / reader / "load.py"), *arguments],
            check=False,
            capture_output=True,
            text=True,
            cwd=folder,
            env={**os.environ, "HF_HOME": str(tmp_path / "hub"), "PYTHONPATH": ""},
        )
        assert done.returncode == 0, done.stderr[-3000:]
        lines = [line for line in done.stdout.splitlines() if line.startswith('{"read"')]
        return [json.loads(line)["read"] for line in lines]

    return run
