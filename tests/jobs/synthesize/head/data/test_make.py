"""The head in the package is the one that its page speaks of."""

import hashlib
from pathlib import Path

from jobs.synthesize.head.data import make

FOLDER = Path(make.__file__).parent


def test_the_page_names_size_and_hashes_of_what_is_there() -> None:
    content = (FOLDER / "head.npz").read_bytes()
    page = (FOLDER / "README.md").read_text("utf-8")
    assert f"({len(content)} bytes" in page
    assert hashlib.sha256(content).hexdigest() in page
    assert make.WHEEL in page
    assert make.WHEEL_SHA256 in page
    assert len(content) <= 3_000_000


def test_the_licence_lies_beside_it() -> None:
    assert "CC0 1.0 Universal" in (FOLDER / "LICENSE.txt").read_text("utf-8")
