"""A run that decisions of other programs are about."""

from collections.abc import Callable
from typing import Any

import pytest

from pipeline.dataset.folder import DatasetFolder

Make = Callable[..., Any]


@pytest.fixture
def dataset(write_run: Make, make_annotation: Make, make_utterance: Make) -> DatasetFolder:
    """A video at 25 frames a second, with an utterance of joy and one without labels."""
    spoken = [
        make_utterance(0, 1.0, 4.0, labels=["joy"], text="It's so."),
        make_utterance(1, 5.0, 8.0, labels=[], label_confidence=[], abstained=True),
    ]
    folder: DatasetFolder = write_run([make_annotation("a", utterances=spoken)], failures=[])
    return folder
