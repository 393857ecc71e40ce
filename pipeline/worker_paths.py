"""Where Ray's processes import our packages from: from where this process has them."""

import sys
from importlib.machinery import PathFinder
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ray.job_config import JobConfig

OURS = ("jobs", "pipeline", "stages")
_ROOT = Path(__file__).resolve().parents[1]


def our_packages_first() -> "JobConfig":
    """The settings of a Ray job in which no folder of the person's shadows our packages.

    Ray puts the folder of the script and the working folder before everything else that its
    processes import from, so a `stages` in the working folder would be taken for ours.
    """
    from ray.job_config import JobConfig

    class OurPackagesFirst(JobConfig):
        def _serialize(self) -> str:
            if _is_shadowed():
                self._py_driver_sys_path.append(str(_ROOT))  # the last is looked at first
            return super()._serialize()

    return OurPackagesFirst()


def _is_shadowed() -> bool:
    """Whether a folder that Ray adds has something of the name of one of our packages."""
    folders = {Path.cwd().resolve(), Path(sys.argv[0]).resolve().parent} - {_ROOT}
    return any(PathFinder.find_spec(name, [str(folder)]) for name in OURS for folder in folders)
