"""Python and packages."""

import platform
from importlib import metadata

import pytest

from pipeline.checks.packages import check_packages, check_python
from stages.check import State


def _requires(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    monkeypatch.setattr(metadata, "requires", lambda _name: list(lines))


def test_this_environment_is_whole() -> None:
    assert check_python().state is State.OK
    assert platform.python_version() in check_python().detail
    assert check_packages().state is State.OK


def test_what_is_missing_or_too_old_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    _requires(
        monkeypatch, "pydantic>=1", "numpy>=9999", "no-such-package>=1", "gone; extra == 'dev'"
    )
    check = check_packages()
    assert check.state is State.FAIL
    assert "no-such-package is missing" in check.detail
    assert f"numpy is {metadata.version('numpy')}, >=9999 is needed" in check.detail
    assert "pydantic" not in check.detail
    assert "gone" not in check.detail
    assert "pip install" in check.remedy


def test_a_package_that_is_not_installed_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.checks.packages._PACKAGE", "no-such-package")
    assert check_python().state is check_packages().state is State.FAIL
