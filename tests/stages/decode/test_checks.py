"""The codecs of the installed PyAV."""

import pytest

from stages.check import State
from stages.decode import checks


def test_the_usual_ones_are_there() -> None:
    assert checks.check_codecs().state is State.OK


def test_one_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "NEEDED", ("h264", "no_such_codec"))
    check = checks.check_codecs()
    assert check.state is State.FAIL
    assert check.detail.endswith("cannot decode no_such_codec")
