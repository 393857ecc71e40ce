"""What is being made again, noted in the dataset until it has taken its place."""

import hashlib
import json
from collections.abc import Collection
from dataclasses import asdict, dataclass

import pyarrow as pa

from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.layout import AGAIN
from stages.faults import SetupError

_PLAN = f"{AGAIN}/plan.json"
_NAMED = f"{AGAIN}/named.parquet"


@dataclass(frozen=True)
class Plan:
    """What somebody asked for.

    Attributes:
        config_hash: of what rows are made with.
        where: the expression that names them; None: what is stale.
        videos: a hash of the ids of the videos.
    """

    config_hash: str
    where: str | None
    videos: str

    @classmethod
    def of(cls, config_hash: str, where: str | None, video_ids: Collection[str]) -> "Plan":
        """The plan for some videos."""
        ids = "\n".join(sorted(video_ids)).encode()
        return cls(config_hash, where, hashlib.sha256(ids).hexdigest())


def begun(folder: DatasetFolder, plan: Plan) -> pa.Table | None:
    """What was named when the same was begun before; None: nothing was begun.

    Raises:
        SetupError: something else was, and is not finished.
    """
    if not folder.exists(_PLAN):
        return None
    try:
        told = Plan(**json.loads(folder.read_bytes(_PLAN)))
    except (ValueError, TypeError) as fault:
        raise SetupError(_unfinished(folder, f"{_PLAN} cannot be read: {fault}")) from fault
    if told != plan:
        raise SetupError(_unfinished(folder, _difference(told, plan)))
    return folder.read_table(_NAMED)


def begin(folder: DatasetFolder, plan: Plan, named: pa.Table) -> None:
    """Note what is made again.

    Raises:
        SetupError: it cannot be written.
    """
    folder.remove_folder(AGAIN)  # what a begin that died left
    folder.write_table(_NAMED, named)
    folder.write_bytes(_PLAN, json.dumps(asdict(plan), indent=2).encode())


def _difference(told: Plan, plan: Plan) -> str:
    if told.where != plan.where:
        was = "without --where" if told.where is None else f"with --where {told.where!r}"
        return f"it was begun {was}"
    if told.config_hash != plan.config_hash:
        return f"it was begun with another configuration ({told.config_hash})"
    return "it was begun for other videos"


def _unfinished(folder: DatasetFolder, why: str) -> str:
    return (
        f"--out {folder.location}: an --again is not finished, and {why}. The command that began "
        f"it goes on with it; or take the folder {AGAIN}/ in it away, and what was made for it is "
        "given up."
    )
