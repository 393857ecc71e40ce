"""Where the real weights of these tests lie, and what to do where they do not."""

import os
from pathlib import Path

import pytest

CACHE = Path(os.environ.get("MICROEMO_TEST_WEIGHTS", Path(__file__).parents[2] / ".weights"))
TINY_EN, BASE, SMOLLM2 = "whisper-tiny.en", "whisper-base", "smollm2"
SPEECH, VOICE = "librivox", "espeak-ng"


def cached(name: str) -> Path:
    """The folder `name` of the cache; the test is skipped where it has not been fetched."""
    folder = CACHE / name
    if not any(folder.glob(".*")):
        pytest.skip(f"{folder} is not there: run make test-weights")
    return folder
