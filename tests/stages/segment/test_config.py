import pytest
from pydantic import ValidationError

from stages.segment.config import SegmentConfig


def test_a_minimum_that_cannot_be_kept_is_refused() -> None:
    with pytest.raises(ValidationError, match=r"segment\.min_window_s"):
        SegmentConfig(max_window_s=8, min_window_s=5)


def test_every_key_says_what_it_is() -> None:
    assert all(field.description for field in SegmentConfig.model_fields.values())
