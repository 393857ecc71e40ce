"""The arrays of an .npz file as plain data, within limits on what they may take."""

import io
import zipfile
import zlib
from collections.abc import Callable
from tokenize import TokenError
from typing import BinaryIO

import fsspec
from numpy.lib import format as npy

from pipeline.evaluation.npz.arrays import ForbiddenContent, PlainDtype, values_of
from pipeline.evaluation.npz.pickled import plain_data
from stages.faults import SetupError

MOST_BYTES = 256 << 20
"""Of a file, and of all its arrays together when they are unpacked."""
MOST_ARRAYS = 64

_ENDING = ".npy"
_HEADER_READERS: dict[tuple[int, int], Callable[..., tuple[tuple[int, ...], bool, object]]] = {
    (1, 0): npy.read_array_header_1_0,
    (2, 0): npy.read_array_header_2_0,
}


def read_npz(location: str) -> dict[str, object]:
    """The arrays of an archive by their names, as nested lists of their elements.

    Arrays of objects are pickles in there. They are read by `plain_data`, which makes text,
    numbers, lists, dicts and sets and can call nothing; NumPy's own reader of them is never used.

    Args:
        location: path or URI.

    Raises:
        SetupError: it cannot be read, holds anything but plain data, or is larger than the limits.
    """
    try:
        with fsspec.open(location, "rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except Exception as fault:  # each file system raises its own
        raise SetupError(f"{location}: cannot be read: {fault}") from fault
    try:
        if len(content) > MOST_BYTES:
            raise ForbiddenContent(f"it is larger than {MOST_BYTES >> 20} MiB")
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _arrays(archive)
    except ForbiddenContent as fault:
        raise SetupError(
            f"{location}: is refused: {fault}. Only text, numbers, lists, dicts and sets are read "
            "from an .npz file."
        ) from None
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as fault:
        raise SetupError(f"{location}: cannot be read as an .npz file: {fault}") from None


def _arrays(archive: zipfile.ZipFile) -> dict[str, object]:
    members = archive.infolist()
    if len(members) > MOST_ARRAYS:
        raise ForbiddenContent(f"it holds more than {MOST_ARRAYS} arrays")
    if sum(member.file_size for member in members) > MOST_BYTES:
        raise ForbiddenContent(f"its arrays take more than {MOST_BYTES >> 20} MiB unpacked")
    arrays = {}
    for member in members:
        name = member.filename.removesuffix(_ENDING)
        if name in arrays or not member.filename.endswith(_ENDING):
            raise ForbiddenContent(f"{member.filename[:60]!r} in it is no array, or stands twice")
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ForbiddenContent("it is packed in a way that NumPy does not use")
        with archive.open(member) as stream:
            arrays[name] = _array(io.BytesIO(stream.read(member.file_size)))
    return arrays


def _array(stream: BinaryIO) -> object:
    """The elements of an array in the .npy format."""
    try:
        read_header = _HEADER_READERS[npy.read_magic(stream)]
        shape, fortran_order, described = read_header(stream)
    except (ValueError, KeyError, SyntaxError, TokenError, TypeError, RecursionError, MemoryError):
        raise ForbiddenContent("an array with a header that is not NumPy's") from None
    dtype = PlainDtype(str(getattr(described, "str", described)))
    if dtype.is_object:
        return plain_data(stream.read())
    return values_of(stream.read(), dtype, shape, fortran_order=fortran_order)
