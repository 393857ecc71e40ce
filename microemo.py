"""MicroEmo from Python, and the command `microemo`.

    import microemo

    data = microemo.annotate("videos/", "out", set={"segment.max_window_s": 20})
    data = microemo.open("out")
    table = data.utterances()

Faults that a person can mend are raised as `microemo.SetupError`.
"""

import importlib
import os
import sys
from collections.abc import Mapping, Sequence
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.dataset.opened import Dataset
    from stages.faults import SetupError

    __version__: str

__all__ = ["SetupError", "__version__", "annotate", "main", "open"]

_OURS = ("jobs", "pipeline", "stages")
_HERE = Path(__file__).resolve().parent

PathLike = str | os.PathLike[str]


def annotate(
    videos: PathLike | Sequence[PathLike],
    out: PathLike,
    preset: PathLike = "tiny",
    set: Mapping[str, object] | Sequence[str] = (),  # noqa: A002 - as the option is called
    *,
    limit: int | None = None,
    retry_failed: bool | Sequence[str] = False,
    transcripts: PathLike | None = None,
) -> "Dataset":
    """Annotate videos as `microemo annotate` does, without a word, and open what was made.

    Args:
        videos: what `VIDEOS` may be: files, folders, globs, lists, tables, URIs; one or several.
        out: the folder for the results. What is done there is passed over.
        preset: a name, or a YAML file.
        set: keys and values that go on top, or texts `key=value` as for `--set`.
        limit: how many videos to take, the first ones; None: all.
        retry_failed: whether to take earlier failures of these videos again; or of which kinds.
        transcripts: one table of what is said in all videos, matched by its ids. A video that it
            has no line for says so in its `warnings`.

    Raises:
        SetupError: a run is not possible: something in the arguments or on this machine. A video
            that cannot be annotated raises nothing: it stands in `failures()`.
    """
    _require_our_packages()
    from jobs.call import annotate_silently

    given = [videos] if isinstance(videos, str | os.PathLike) else videos
    return annotate_silently(
        [os.fspath(video) for video in given],
        os.fspath(out),
        os.fspath(preset),
        set,
        limit=limit,
        retry_failed=retry_failed,
        transcripts=None if transcripts is None else os.fspath(transcripts),
    )


def open(folder: PathLike) -> "Dataset":  # noqa: A001 - `microemo.open`
    """The dataset in a folder that a run wrote, local or any URI that fsspec opens.

    Raises:
        SetupError: it is not there, or is no dataset.
    """
    _require_our_packages()
    from pipeline.dataset.opened import open_dataset

    return open_dataset(os.fspath(folder))


def main(arguments: Sequence[str] | None = None) -> int:
    """The command `microemo` with `arguments` (default: those of the process); its exit code."""
    try:
        _require_our_packages()
    except ImportError as fault:
        print(f"microemo: {fault}", file=sys.stderr)
        return 1
    from jobs.command import main as run

    return run(arguments)


def __getattr__(name: str) -> Any:
    """`SetupError` and `__version__`, when they are first asked for."""
    if name == "SetupError":
        _require_our_packages()
        from stages.faults import SetupError

        return SetupError
    if name == "__version__":
        from importlib.metadata import version

        return version("microemo")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _require_our_packages() -> None:
    """See to it that `jobs`, `pipeline` and `stages` are those beside this file.

    Their names are common, and a folder of such a name, in the working folder or on PYTHONPATH,
    goes before an installed package. Ray's processes inherit PYTHONPATH, so it is set as well.

    Raises:
        ImportError: another module of such a name is in use in this process already, or goes first
            all the same.
    """
    loaded = [name for name in _OURS if name in sys.modules]
    others = [name for name in loaded if not _is_ours(name, sys.modules[name].__spec__)]
    if others:
        module = sys.modules[others[0]]
        place = getattr(module, "__file__", None) or list(getattr(module, "__path__", ()))
        raise ImportError(
            f"another module named {others[0]} is in use here already ({place}). Rename it, or "
            "import microemo before it, in a process of its own."
        )
    if not _hidden():
        return
    sys.path.insert(0, str(_HERE))
    inherited = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join([str(_HERE), *([inherited] if inherited else [])])
    importlib.invalidate_caches()
    hidden = _hidden()
    if hidden:
        raise ImportError(
            f"{_HERE / hidden[0]} cannot be imported: it is missing, or another module named "
            f"{hidden[0]} goes first. Install MicroEmo again, or rename the other."
        )


def _hidden() -> list[str]:
    """Our packages that an import would not find."""
    return [name for name in _OURS if not _is_ours(name, find_spec(name))]


def _is_ours(name: str, spec: ModuleSpec | None) -> bool:
    origin = spec.origin if spec is not None else None
    return origin is not None and Path(origin).resolve() == _HERE / name / "__init__.py"


if __name__ == "__main__":
    sys.exit(main())
