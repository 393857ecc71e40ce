"""Commands in namespaces of the kernel, as containers have them.

Where these cannot be had, a test fails and says so.
"""

import os

import pytest

IS_ROOT = os.geteuid() == 0
_AS_ROOT = ("--user", "--map-root-user")


def unshared(*kinds: str) -> list[str]:
    """The beginning of a command that runs in namespaces of its own, which takes no root."""
    return ["unshare", *(() if IS_ROOT else _AS_ROOT), *kinds]


def refuse_without_namespaces(said: str) -> None:
    """Fail the test: what it is about cannot be tried here."""
    pytest.fail(
        f"namespaces cannot be made here ({said.strip()}). Run as root, or allow user namespaces "
        "(kernel.unprivileged_userns_clone, kernel.apparmor_restrict_unprivileged_userns, or the "
        "container's seccomp profile); `-m 'not namespaces'` leaves these tests out."
    )
