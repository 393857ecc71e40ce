"""Answers by the content of their requests, so that none is paid for twice."""

import hashlib
import json
import os
import tempfile
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stages.chat.reply import Reply
from stages.faults import SetupError

_LARGEST_BYTES = 16_000_000


@dataclass(frozen=True)
class Entry:
    """A kept answer.

    Attributes:
        reply: of the model.
        payer: who paid for it, see `stages.chat.cost.payer_of`.
        cost: what it cost then.
    """

    reply: Reply
    payer: str
    cost: float


class Cache:
    """Entries as files, one each, written whole; several processes may share the folder.

    It holds answers and no requests: neither keys nor pictures nor what was said.

    Args:
        folder: is made when something is written; None: nothing is kept.
    """

    def __init__(self, folder: str | None) -> None:
        self._folder = None if folder is None else Path(folder).expanduser()

    def find(self, key: str) -> Entry | None:
        """The entry, None where there is none that can be read."""
        if self._folder is None:
            return None
        try:
            with _file(self._folder, key).open("rb") as stream:
                content = stream.read(_LARGEST_BYTES + 1)
            if len(content) > _LARGEST_BYTES:
                return None
            data = json.loads(content)
            return Entry(Reply.of_data(data["reply"]), str(data["payer"]), float(data["cost"]))
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None  # asked again, and written anew

    def keep(self, key: str, entry: Entry) -> None:
        """Write an entry, in place of one that is there.

        Raises:
            SetupError: it cannot be written, so that a repeated run would pay again.
        """
        if self._folder is None:
            return
        file = _file(self._folder, key)
        data = {"reply": entry.reply.as_data(), "payer": entry.payer, "cost": entry.cost}
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            handle, hidden = tempfile.mkstemp(dir=file.parent, prefix=".", suffix=".part")
            try:
                with os.fdopen(handle, "w", encoding="utf-8", errors="surrogatepass") as stream:
                    json.dump(data, stream, ensure_ascii=True)
                Path(hidden).replace(file)
            except BaseException:
                with suppress(OSError):
                    Path(hidden).unlink()
                raise
        except OSError as fault:
            raise SetupError(
                f"chat.cache: {self._folder} cannot be written to: {fault.strerror}. Name another "
                "folder, or set chat.cache to null."
            ) from fault


def forget_answers(folder: str, payers: Collection[str]) -> int:
    """Take away the answers that some windows paid for; how many.

    Args:
        folder: of the cache; it need not be there.
        payers: see `stages.chat.cost.payer_of`.

    Raises:
        SetupError: one cannot be taken away.
    """
    count = 0
    for file in Path(folder).expanduser().glob("??/*.json") if payers else ():
        try:
            if json.loads(file.read_bytes())["payer"] in payers:
                file.unlink()
                count += 1
        except (ValueError, KeyError, TypeError, FileNotFoundError):
            continue
        except OSError as fault:
            raise SetupError(
                f"chat.cache: {file} cannot be taken away: {fault.strerror}. See that it may be "
                "written to, and give the same command again."
            ) from fault
    return count


def _file(folder: Path, key: str) -> Path:
    return folder / key[:2] / f"{key}.json"


def key_of(base_url: str, body: Mapping[str, Any]) -> str:
    """The SHA-256, in hex, of a request: where it goes and all that it says."""
    said = json.dumps([base_url, body], sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(said.encode()).hexdigest()
