"""Whether the engine of the language model starts."""

import subprocess
import sys

from stages.check import Check, fail, ok
from stages.generate.config import GenerateConfig

_DEADLINE_S = 120


def check_deepspeed(config: GenerateConfig, *, thorough: bool) -> list[Check]:
    """Whether DeepSpeed starts, where the configuration uses it.

    It is imported in a process of its own: that takes seconds, and a broken build of it can end
    the process.
    """
    if config.engine == "transformers" or not thorough:
        return []
    command = [sys.executable, "-c", "import deepspeed; print(deepspeed.__version__)"]
    remedy = "Install it again, or use generate.engine=transformers."
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter, a fixed program
            command, capture_output=True, text=True, timeout=_DEADLINE_S, check=False
        )
    except subprocess.TimeoutExpired:
        return [fail("deepspeed", f"did not start within {_DEADLINE_S} s", remedy)]
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        return [fail("deepspeed", f"cannot be imported: {last}", remedy)]
    return [ok("deepspeed", f"{done.stdout.split()[-1]} starts")]
