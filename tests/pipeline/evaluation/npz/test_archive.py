"""Archives of NumPy: their arrays as lists, and files that ask for too much."""

import io
import os
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest

from pipeline.evaluation.npz import archive
from pipeline.evaluation.npz.archive import read_npz
from stages.faults import SetupError


def test_arrays_of_text_numbers_and_objects_are_read(tmp_path: Path) -> None:
    items = np.empty(2, object)
    items[:] = [["happy"], []]
    np.savez_compressed(
        tmp_path / "a.npz",
        names=np.array(["a", "b"]),
        items=items,
        mapping=np.array({"happy": ["joy"]}, object),
        grid=np.asfortranarray([[1, 2], [3, 4]]),
        empty=np.zeros((0, 5)),
    )
    assert read_npz(str(tmp_path / "a.npz")) == {
        "names": ["a", "b"],
        "items": [["happy"], []],
        "mapping": {"happy": ["joy"]},
        "grid": [[1, 2], [3, 4]],
        "empty": [],
    }


class _Calls:
    def __init__(self, command: str) -> None:
        self.command = command

    def __reduce__(self) -> tuple[object, ...]:
        return os.system, (self.command,)


def test_a_call_in_an_array_is_refused_with_the_file_named(tmp_path: Path) -> None:
    items = np.empty(1, object)
    items[0] = {"a": [_Calls(f"touch {tmp_path / 'called'}")]}
    np.savez(tmp_path / "bad.npz", filenames=np.array(["a"]), fileitems=items)
    with pytest.raises(SetupError, match=r"bad\.npz: is refused: it asks for posix\.system"):
        read_npz(str(tmp_path / "bad.npz"))
    assert not (tmp_path / "called").exists()


def _npy(header: bytes, content: bytes = b"") -> bytes:
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + content


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("inner.zip", b"PK\x05\x06" + bytes(18)),
        ("a.txt", b"hello"),
        ("a.npy", b"hello"),
        ("a.npy", _npy(b"{'descr': __import__('os'), 'fortran_order': False, 'shape': ()}")),
        ("a.npy", _npy(b"(" * 5000)),
        ("a.npy", _npy(b"{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000,), }")),
        ("a.npy", _npy(b"{'descr': '<U0', 'fortran_order': False, 'shape': (1000000000000,), }")),
        ("a.npy", _npy(b"{'descr': '<f8', 'fortran_order': False, 'shape': (-1,), }", bytes(8))),
        ("a.npy", _npy(b"{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (1,), }")),
        ("a.npy", _npy(b"{'descr': '<U1', 'fortran_order': False, 'shape': (1,), }", b"\xff" * 4)),
        ("a.npy", _npy(b"{'descr': '|V8', 'fortran_order': False, 'shape': (1,), }", bytes(8))),
    ],
)
def test_members_that_are_no_plain_arrays_are_refused(
    tmp_path: Path, name: str, content: bytes
) -> None:
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as file:
        file.writestr(name, content)
    with pytest.raises(SetupError, match=r"a\.npz: is refused"):
        read_npz(str(tmp_path / "a.npz"))


def test_what_unpacks_to_too_much_is_refused_unread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    np.savez_compressed(tmp_path / "bomb.npz", a=np.zeros(1_000_000))
    monkeypatch.setattr(archive, "MOST_BYTES", 1 << 20)
    with pytest.raises(SetupError, match="take more than 1 MiB unpacked"):
        read_npz(str(tmp_path / "bomb.npz"))
    (tmp_path / "large.npz").write_bytes(bytes((1 << 20) + 1))
    with pytest.raises(SetupError, match="larger than 1 MiB"):
        read_npz(str(tmp_path / "large.npz"))


def test_a_size_that_lies_reads_no_more_than_it_says(tmp_path: Path) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("a.npy", bytes(100_000))
    lying = content.getvalue().replace(struct.pack("<I", 100_000), struct.pack("<I", 100))
    (tmp_path / "a.npz").write_bytes(lying)
    with pytest.raises(SetupError, match=r"a\.npz"):
        read_npz(str(tmp_path / "a.npz"))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"PK\x03\x04 and more", b"no archive"])
def test_broken_archives_are_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.npz").write_bytes(content)
    with pytest.raises(SetupError, match=r"a\.npz: cannot be read as an \.npz file"):
        read_npz(str(tmp_path / "a.npz"))


def test_archives_packed_otherwise_and_of_too_many_arrays_are_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "l.npz", "w", zipfile.ZIP_LZMA) as file:
        file.writestr("a.npy", b"")
    with pytest.raises(SetupError, match="packed in a way"):
        read_npz(str(tmp_path / "l.npz"))
    with zipfile.ZipFile(tmp_path / "m.npz", "w") as file:
        for number in range(65):
            file.writestr(f"{number}.npy", b"")
    with pytest.raises(SetupError, match="more than 64 arrays"):
        read_npz(str(tmp_path / "m.npz"))
