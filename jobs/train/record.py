"""training.json: what a folder is being trained with, so that a training that stopped goes on."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from jobs.train.trainer import CHECKPOINTS
from stages.faults import SetupError
from stages.model.folder import read_json

RECORD = "training.json"
_STATE = "trainer_state.json"  # the last file of a checkpoint
_UNFINISHED = "checkpoint-is-incomplete.txt"
CACHE = "cache"
"""Where caches are, below the folder, if nobody named another place."""


def claim(out: Path, record: Mapping[str, Any]) -> bool:
    """Make the folder that of a training; whether that is finished already.

    Args:
        out: the folder; one that is not there is made.
        record: of the training; its `same` decides whether another is the same.

    Raises:
        SetupError: it is that of another training, which is told apart; it holds other things, or
            cannot be made.
    """
    file = out / RECORD
    try:
        out.mkdir(parents=True, exist_ok=True)
        others = {entry.name for entry in out.iterdir()} - {CACHE}
    except OSError as fault:
        raise SetupError(f"--out {out}: cannot be used: {fault.strerror}") from fault
    if not file.exists():
        if others:
            raise SetupError(
                f"--out {out}: holds other things already. Name one that is empty or not there."
            )
        write_record(out, record)
        return False
    known = read_json(file)
    different = list(_differences(known.get("same"), record["same"], ""))
    if different:
        raise SetupError(
            f"--out {out}: is the folder of another training:\n"
            + "\n".join(different[:10])
            + "\nName another folder, or train with the same."
        )
    return bool(known.get("finished"))


def write_record(out: Path, record: Mapping[str, Any]) -> None:
    """Write it, whole or not at all.

    Raises:
        SetupError: it cannot be written.
    """
    text = json.dumps(record, indent=2, ensure_ascii=False, allow_nan=False)
    write_text(out / RECORD, text + "\n")


def write_text(file: Path, text: str) -> None:
    """Write a file, whole or not at all.

    Raises:
        SetupError: it cannot be written.
    """
    hidden = file.with_name(f".{file.name}.part")
    try:
        hidden.write_text(text, encoding="utf-8")
        hidden.replace(file)
    except OSError as fault:
        raise SetupError(f"{file}: cannot be written: {fault.strerror}") from fault


def last_checkpoint(out: Path) -> Path | None:
    """The last whole checkpoint of the training in a folder; None: it is to begin."""
    whole = {
        int(state.parent.name.rpartition("-")[2]): state.parent
        for state in (out / CHECKPOINTS).glob(f"checkpoint-*/{_STATE}")
        if not (state.parent / _UNFINISHED).exists()
    }
    return whole[max(whole)] if whole else None


def _differences(there: Any, now: Any, key: str) -> Iterator[str]:
    if isinstance(there, dict) and isinstance(now, dict):
        for name in dict.fromkeys([*there, *now]):
            below = f"{key}.{name}" if key else name
            yield from _differences(there.get(name), now.get(name), below)
    elif there != now:
        yield f"  {key}: {json.dumps(there)} there, {json.dumps(now)} now"
