"""What the labels and videos of a training are, by their content."""

import hashlib
from collections.abc import Iterable, Mapping

import fsspec

from pipeline.evaluation.truth_columns import TRUTH_FILE
from stages.faults import SetupError

_CHUNK = 1 << 20


def labels_hash(location: str) -> str:
    """The SHA-256 of a label file; of a folder that of the list of its files' own.

    Raises:
        SetupError: it cannot be read.
    """
    try:
        files, path = fsspec.url_to_fs(location)
        path = path.rstrip("/")
        if files.isfile(path):
            return _hash_of(files, path)
        if files.isfile(f"{path}/{TRUTH_FILE}"):
            return _hash_of(files, f"{path}/{TRUTH_FILE}")
        parts = sorted(name for name in files.find(path) if name.endswith(".parquet"))
        return list_hash({name[len(path) :]: _hash_of(files, name) for name in parts})
    except (OSError, ValueError) as fault:
        raise SetupError(f"{location}: cannot be read: {fault}") from fault


def media_hash(paths: Iterable[str]) -> str:
    """The SHA-256 of the sorted list of those of local files, wherever they lie.

    Raises:
        SetupError: one of them cannot be read.
    """
    digests = []
    for path in paths:
        try:
            with open(path, "rb") as stream:  # noqa: PTH123 - names need not be UTF-8
                digests.append(hashlib.file_digest(stream, "sha256").hexdigest())
        except OSError as fault:
            raise SetupError(f"{path}: cannot be read: {fault}") from fault
    return hashlib.sha256("\n".join(sorted(digests)).encode()).hexdigest()


def list_hash(hashes: Mapping[str, str]) -> str:
    """The SHA-256 of named hashes."""
    lines = (f"{name} {digest}" for name, digest in sorted(hashes.items()))
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _hash_of(files: fsspec.AbstractFileSystem, path: str) -> str:
    digest = hashlib.sha256()
    with files.open(path, "rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
