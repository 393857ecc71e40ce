import pytest
from pydantic import ValidationError

from stages.transcribe.config import TranscribeConfig


def test_every_key_says_what_it_is() -> None:
    assert all(field.description for field in TranscribeConfig.model_fields.values())


@pytest.mark.parametrize(
    "wrong",
    [
        {"asr_device": "gpu"},
        {"vad_threshold": 1.5},
        {"max_duration_s": 0},
        {"encoding": "x"},
        {"transcript_encoding": "klingon"},
    ],
)
def test_what_cannot_be_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        TranscribeConfig(**wrong)
