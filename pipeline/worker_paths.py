"""Where Ray's processes import from: what is installed, and no folder that happens to be there."""

import os
import site
from importlib.machinery import PathFinder
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ray.job_config import JobConfig

OURS = ("jobs", "pipeline", "stages")
_ROOT = Path(__file__).resolve().parents[1]


def installed_only() -> "JobConfig":
    """The settings of a Ray job whose processes import what this Python has, and our packages.

    Ray would put the folder of the script and the working folder before everything else: an
    `av.py` among somebody's videos would run in every process.
    """
    from ray.job_config import JobConfig

    class InstalledOnly(JobConfig):
        def _serialize(self) -> str:
            # By now Ray has added its two folders.
            self._py_driver_sys_path = [] if _finds_ours() else [str(_ROOT)]
            return super()._serialize()

    return InstalledOnly()


def paths_to_ours() -> str:
    """A PYTHONPATH by which another process of this Python finds our packages, as this one does."""
    given = os.environ.get("PYTHONPATH", "")
    if _finds_ours():
        return given
    return os.pathsep.join([str(_ROOT), *([given] if given else [])])


def _finds_ours() -> bool:
    """Whether a process that is given no folder finds our packages where this one has them."""
    named = [folder for folder in os.environ.get("PYTHONPATH", "").split(os.pathsep) if folder]
    folders = [*named, *site.getsitepackages(), site.getusersitepackages()]
    specs = [PathFinder.find_spec(name, folders) for name in OURS]
    return all(
        spec is not None
        and spec.origin is not None
        and Path(spec.origin).resolve().is_relative_to(_ROOT)
        for spec in specs
    )
