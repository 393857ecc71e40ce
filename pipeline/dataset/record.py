"""run.json: what a dataset was made with, and the refusal to mix two kinds in one folder."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib import metadata
from typing import Any

from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.layout import RECORD
from stages.faults import SetupError
from stages.identity import Identity, Weights

_PACKAGES = (
    "microemo",
    "ray",
    "torch",
    "transformers",
    "deepspeed",
    "pyarrow",
    "av",
    "insightface",
    "faster-whisper",
    "onnxruntime",
    "ctranslate2",
    "scikit-image",
    "opencv-python",
    "numpy",
    "openai",
    "pillow",
)
_NEEDED = ("config_hash", "config", "weights", "runs")  # to go on in a folder
_OF_MAKING = ("preset", "config_hash", "weights", "packages", "config")
_MOST_RUNS = 1000  # of one folder; a run that is started again every minute must not fill a disk


@dataclass(frozen=True)
class Origin:
    """What a person asked for: the preset or its file, the command line, and the inputs."""

    preset: str
    command: Sequence[str]
    inputs: Sequence[str]


@dataclass(frozen=True)
class Making:
    """What a run makes its rows with.

    Attributes:
        config: the whole tree, as plain data.
        result_keys: the part of it that decides what comes out.
        config_hash: of that and of the weights.
        identity: the weights.
        preset: the preset or its file, as a person named it.
    """

    config: Mapping[str, Any]
    result_keys: Mapping[str, Any]
    config_hash: str
    identity: Identity
    preset: str = ""


def open_record(folder: DatasetFolder, making: Making, origin: Origin, videos: int) -> None:
    """Note the run in the folder's record, which is made if the folder is new.

    Args:
        folder: of the dataset.
        making: what the run makes its rows with.
        origin: what a person asked for.
        videos: how many that comes to.

    Raises:
        SetupError: the folder was made with what gives other results; the difference is shown.
    """
    require_same(folder, making)
    record = _read(folder, _NEEDED) if folder.exists(RECORD) else _new(making, origin)
    _note(folder, record, origin, videos)


def note_run(folder: DatasetFolder, origin: Origin, videos: int) -> None:
    """Note a run in the folder's record, whatever it makes its rows with.

    Raises:
        SetupError: the record cannot be read or written.
    """
    _note(folder, _read(folder, _NEEDED), origin, videos)


def _note(folder: DatasetFolder, record: dict[str, Any], origin: Origin, videos: int) -> None:
    started = {
        "started_at": _now(),
        "command": origin.command,
        "inputs": origin.inputs,
        "videos": videos,
    }
    record["runs"] = [*record["runs"], started][-_MOST_RUNS:]
    _write(folder, record)


def adopt(folder: DatasetFolder, making: Making) -> None:
    """Note that rows are made with something else from here on; what was before stays noted.

    Raises:
        SetupError: the record cannot be read or written.
    """
    record = _read(folder, _NEEDED)
    if record["config_hash"] == making.config_hash:
        return
    before = {key: record[key] for key in _OF_MAKING if key in record}
    others = [one for one in record.get("earlier", ()) if one["config_hash"] != making.config_hash]
    _write(folder, {**record, **_made_with(making), "earlier": [before, *others]})


def makings(record: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """What the rows of a dataset were made with, by `config_hash`, the newest first.

    Args:
        record: see `read_record`.
    """
    every = [record, *record.get("earlier", ())] if "config_hash" in record else []
    return {one["config_hash"]: one for one in every}


def require_same(folder: DatasetFolder, making: Making) -> None:
    """See to it that a run would make the same kind of rows as stand in the folder.

    Raises:
        SetupError: the folder was made with what gives other results; the difference is shown.
    """
    if not folder.exists(RECORD):
        return
    record = _read(folder, _NEEDED)
    if record["config_hash"] != making.config_hash:
        difference = [
            *differing_keys(record["config"], making.result_keys),
            *differing_weights(record["weights"], making.identity),
        ]
        told = "\n".join(f"  {one}" for one in difference)
        newest = "rows were made again with" if record.get("earlier") else "was made with"
        raise SetupError(
            f"--out {folder.location}: {newest} another configuration:\n"
            f"{told or 'another version of MicroEmo, which writes other columns'}\n"
            "Give another folder, or set these keys as they were; or add --again, which makes the "
            "rows of these videos again."
        )


def read_record(folder: DatasetFolder) -> dict[str, Any]:
    """The folder's record; `{}` where there is none.

    Raises:
        SetupError: it cannot be read.
    """
    return _read(folder, ()) if folder.exists(RECORD) else {}


def _read(folder: DatasetFolder, needed: Sequence[str]) -> dict[str, Any]:
    try:
        record = json.loads(folder.read_bytes(RECORD))
        return {key: record[key] for key in (*record, *needed)}
    except (ValueError, KeyError, TypeError) as fault:
        raise SetupError(
            f"--out {folder.location}: its {RECORD} cannot be read "
            f"({type(fault).__name__}: {fault}). Mend it, or give another folder."
        ) from fault


def _new(making: Making, origin: Origin) -> dict[str, Any]:
    return {
        "created_at": _now(),
        **_made_with(replace(making, preset=origin.preset)),
        "runs": [],
    }


def _made_with(making: Making) -> dict[str, Any]:
    """The keys of `_OF_MAKING`."""
    return {
        "preset": making.preset,
        "config_hash": making.config_hash,
        "weights": {part: dict(weights) for part, weights in making.identity.items()},
        "packages": {name: _version(name) for name in _PACKAGES},
        "config": making.config,
    }


def _write(folder: DatasetFolder, record: Mapping[str, Any]) -> None:
    folder.write_bytes(RECORD, json.dumps(record, indent=2, ensure_ascii=False).encode())


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:  # OpenCV goes by several names, and may be missing
        return None


def differing_keys(
    then: Mapping[str, Any], now: Mapping[str, Any], above: str = ""
) -> Iterator[str]:
    """What is said of keys of `now` that were otherwise; others that `then` holds do not count."""
    for name, value in now.items():
        was = then.get(name)
        if isinstance(was, Mapping) and isinstance(value, Mapping):
            yield from differing_keys(was, value, f"{above}{name}.")
        elif was != value:
            yield f"{above}{name}: was {was!r}, is {value!r}"


def differing_weights(then: Identity, now: Identity) -> Iterator[str]:
    """What is said of weights of other content; the same ones may have been moved or renamed."""
    for part in sorted({*then, *now}):
        was, is_now = then.get(part, {}), now.get(part, {})
        if was.get("revision") != is_now.get("revision"):
            yield f"{part}: was {_shown(was)}, is {_shown(is_now)}"


def _shown(weights: Weights) -> str:
    return f"{weights['name']}, revision {weights['revision']}" if weights else "not used"
