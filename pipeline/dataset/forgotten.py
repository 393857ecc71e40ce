"""Which videos a dataset has been told to forget, told by hashes of their ids alone."""

import hmac
import json
import secrets
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, TypedDict

from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.layout import FORGOTTEN
from stages.faults import SetupError
from stages.rows import Row


class _Told(TypedDict):
    salt: str
    videos: dict[str, str]  # the hash of an id: when it was forgotten


class Forgotten:
    """The list, as it stands in the dataset."""

    def __init__(self, folder: DatasetFolder) -> None:
        """
        Raises:
            SetupError: it is there and cannot be read.
        """
        self._folder = folder
        self._told = _read(folder)

    def hash_of(self, video_id: str) -> str:
        """What stands for an id: it tells it to nobody who does not know the id already."""
        salt, content = self._told["salt"].encode(), video_id.encode("utf-8", "surrogatepass")
        return hmac.digest(salt, content, "sha256").hex()[:32]

    def __contains__(self, video_id: str) -> bool:
        return self.hash_of(video_id) in self._told["videos"]

    def add(self, video_id: str) -> None:
        """Put a video on the list.

        Raises:
            SetupError: it cannot be written.
        """
        now = datetime.now(UTC).isoformat(timespec="seconds")
        self._told["videos"].setdefault(self.hash_of(video_id), now)
        self._write()

    def remove(self, video_ids: Iterable[str]) -> None:
        """Take videos off the list.

        Raises:
            SetupError: it cannot be written.
        """
        for video_id in video_ids:
            self._told["videos"].pop(self.hash_of(video_id), None)
        self._write()

    def passing_over(self, sources: Sequence[Row]) -> tuple[list[Row], list[str]]:
        """Sources that are not on the list, and the ids of those that are."""
        if not self._told["videos"]:
            return list(sources), []
        on_it = {source["video_id"] for source in sources if source["video_id"] in self}
        return [source for source in sources if source["video_id"] not in on_it], sorted(on_it)

    def _write(self) -> None:
        self._folder.write_bytes(FORGOTTEN, json.dumps(self._told, indent=1).encode())


def _read(folder: DatasetFolder) -> _Told:
    try:
        told: Any = json.loads(folder.read_bytes(FORGOTTEN))
        return {"salt": str(told["salt"]), "videos": dict(told["videos"])}
    except FileNotFoundError:
        return {"salt": secrets.token_hex(16), "videos": {}}
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise SetupError(
            f"{folder.location}/{FORGOTTEN}: cannot be read ({fault}). It says which videos must "
            "not be taken up again. Mend it, or take it away if there are none."
        ) from fault
