"""Python and the packages."""

import platform
import sys
from collections.abc import Iterator
from importlib import metadata

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from stages.check import Check, fail, ok

_PACKAGE = "microemo"
_INSTALL = "Run `make annotate`, or `pip install --constraint constraints.txt --editable .`"


def check_python() -> Check:
    """Whether this Python is one the package is made for."""
    version = platform.python_version()
    try:
        wanted = metadata.metadata(_PACKAGE)["Requires-Python"]
    except metadata.PackageNotFoundError:
        return fail("python", f"{_PACKAGE} is not installed in {sys.prefix}", _INSTALL)
    if SpecifierSet(wanted).contains(version, prereleases=True):
        return ok("python", f"{version} in {sys.prefix}")
    return fail("python", f"{version}, but {wanted} is needed", "Install a newer Python.")


def check_packages() -> Check:
    """Whether each package is there and new enough; none is imported."""
    try:
        wanted = [Requirement(line) for line in metadata.requires(_PACKAGE) or []]
    except metadata.PackageNotFoundError:
        return fail("packages", f"{_PACKAGE} is not installed in {sys.prefix}", _INSTALL)
    needed = [one for one in wanted if one.marker is None or one.marker.evaluate({"extra": ""})]
    wrong = [fault for requirement in needed for fault in _faults(requirement)]
    if wrong:
        return fail("packages", "; ".join(wrong), _INSTALL)
    return ok("packages", f"all {len(needed)} are there")


def _faults(requirement: Requirement) -> Iterator[str]:
    try:
        version = metadata.version(requirement.name)
    except metadata.PackageNotFoundError:
        yield f"{requirement.name} is missing"
        return
    if not requirement.specifier.contains(version, prereleases=True):
        yield f"{requirement.name} is {version}, {requirement.specifier} is needed"
