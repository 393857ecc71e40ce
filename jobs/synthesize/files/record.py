"""What a folder of clips was made with, so that no other set is mixed into it."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from jobs.synthesize.files.whole import written_whole
from jobs.synthesize.plan import Split
from jobs.synthesize.speech.track import VoiceUsed
from stages.faults import SetupError

RECORD = "synthesis.json"
_MOST_BYTES = 10_000


class SetRecord(BaseModel):
    """What all clips of a folder have in common; scripts that are not filmed have neither height
    nor voice."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str
    split: Split
    seed: int
    height: int | None
    voice: VoiceUsed | None
    expressions: bool = True
    unclear: bool = False
    filmed: bool = True


def claim(folder: Path, record: SetRecord) -> None:
    """Make the folder that of a set; one that is that already is left as it is.

    Raises:
        SetupError: the folder is that of another set, holds other things, or cannot be made.
    """
    path = folder / RECORD
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if path.exists():
            _require_same(path, _read(path), record)
            return
        if any(folder.iterdir()):
            raise SetupError(
                f"{folder}: holds other things already. Name a folder that is empty or not there."
            )
    except OSError as fault:
        raise SetupError(f"{folder}: no clips can be put there ({fault})") from fault
    with written_whole(path) as hidden:
        hidden.write_text(record.model_dump_json(indent=2) + "\n", "utf-8")


def _read(path: Path) -> SetRecord:
    with path.open("rb") as file:
        content = file.read(_MOST_BYTES)
    try:
        return SetRecord.model_validate_json(content)
    except ValidationError as fault:
        raise SetupError(
            f"{path}: is not what `microemo synthesize` writes there. Name another folder."
        ) from fault


def _require_same(path: Path, there: SetRecord, record: SetRecord) -> None:
    """
    Raises:
        SetupError: the folder was made with something else.
    """
    others = [
        f"{name} {getattr(there, name)} (now {getattr(record, name)})"
        for name in SetRecord.model_fields
        if getattr(there, name) != getattr(record, name)
    ]
    if others:
        raise SetupError(
            f"{path.parent}: was made with {', '.join(others)}. Name another folder, or make the "
            "set with the same."
        )
