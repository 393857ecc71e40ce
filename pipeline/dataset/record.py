"""run.json: what a run was made with, and the refusal to mix two kinds in one folder."""

import json
from collections.abc import Container, Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from pipeline.config import config_hash
from pipeline.config.tree import PLACE_AND_PACE
from pipeline.dataset.folder import DatasetFolder
from stages.model.folder import model_identity
from stages.stage import SetupError

if TYPE_CHECKING:
    from pipeline.config import Config

NAME = "run.json"

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
)


def open_record(output: DatasetFolder, config: "Config", preset: str) -> dict[str, Any]:
    """Read the folder's record, or write it if the folder is new.

    Raises:
        SetupError: the folder was made with a configuration that gives other results; the
            difference is shown.
    """
    if not output.exists(NAME):
        record = _new_record(config, preset)
        output.write_bytes(NAME, json.dumps(record, indent=2, ensure_ascii=False).encode())
        return record
    record = _read(output)
    now = _new_record(config, preset)
    if (record["config_hash"], record["model"]) != (now["config_hash"], now["model"]):
        difference = "\n".join(
            [
                *_differences(record["config"], now["config"], PLACE_AND_PACE),
                *_differences(record["model"], now["model"], above="the model's "),
            ]
        )
        raise SetupError(
            f"--out {output.location}: was made with another configuration:\n{difference}\n"
            "Give another folder, or set these keys as they were."
        )
    return record


def _read(output: DatasetFolder) -> dict[str, Any]:
    try:
        record = json.loads(output.read_bytes(NAME))
        return {key: record[key] for key in ("config_hash", "config", "model", *record)}
    except (ValueError, KeyError, TypeError) as fault:
        raise SetupError(
            f"--out {output.location}: its {NAME} cannot be read "
            f"({type(fault).__name__}: {fault}). Mend it, or give another folder."
        ) from fault


def _new_record(config: "Config", preset: str) -> dict[str, Any]:
    return {
        "created_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "preset": preset,
        "config_hash": config_hash(config),
        "config": config.model_dump(mode="json"),
        "model": model_identity(config.model),
        "packages": {name: version(name) for name in _PACKAGES},
    }


def _differences(
    then: dict[str, Any], now: dict[str, Any], passed_over: Container[str] = (), above: str = ""
) -> Iterator[str]:
    for name in sorted({*then, *now}):
        key, was, is_now = f"{above}{name}", then.get(name), now.get(name)
        if key in passed_over or was == is_now:
            continue
        if isinstance(was, dict) and isinstance(is_now, dict):
            yield from _differences(was, is_now, passed_over, f"{key}.")
        else:
            yield f"  {key}: was {was!r}, is {is_now!r}"
