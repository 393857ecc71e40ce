"""constraints.txt pins what pyproject.toml asks for, at versions that it admits."""

import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
LINES = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
PINS = {canonicalize_name(line.split("==")[0]): line.split("==")[1] for line in LINES}
ASKED = [
    Requirement(line)
    for line in (*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"])
]


def test_all_that_is_asked_for_is_pinned_within_its_bounds() -> None:
    for one in ASKED:
        assert one.specifier.contains(PINS[canonicalize_name(one.name)]), one


def test_packages_whose_private_names_are_used_end_before_the_next_release() -> None:
    bounded = {one.name for one in ASKED if any(bound.operator == "<" for bound in one.specifier)}
    assert bounded >= {"ray", "transformers", "deepspeed", "insightface"}


def test_each_package_is_pinned_once() -> None:
    assert len(PINS) == len(LINES)
