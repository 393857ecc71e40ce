"""The file systems that URIs name: whether they are known, and which package each needs."""

from typing import Any

import fsspec

from stages.faults import SetupError

_EXTRAS = {
    "s3": "s3",
    "s3a": "s3",
    "gs": "gs",
    "gcs": "gs",
    "http": "http",
    "https": "http",
}
"""Protocols whose package an extra of ours brings."""


def file_systems(uri: str) -> list[type[Any]]:
    """The fsspec classes of the links of a URI; most have one link, a chain has several.

    Nothing is connected to.

    Raises:
        SetupError: fsspec knows no such protocol; the package for it is not installed; or the
            last link is no whole URI, for then it depends on the folder in which a process runs.
    """
    links = uri.split("::")
    if "://" not in links[-1]:
        raise SetupError(f"{uri}: after the last :: must stand a whole URI, such as file:///a.zip")
    return [_file_system(link.partition("://")[0], uri) for link in links]


def _file_system(protocol: str, uri: str) -> type[Any]:
    if protocol not in fsspec.available_protocols():
        raise SetupError(
            f"{uri}: {protocol} is not a protocol that fsspec knows, as {', '.join(_EXTRAS)} are"
        )
    try:
        found: type[Any] = fsspec.get_filesystem_class(protocol)
    except ImportError as fault:
        if protocol not in _EXTRAS:
            raise SetupError(f"{uri}: needs a package that is not installed: {fault}") from fault
        raise SetupError(
            f"{uri}: needs a package that is not installed; install microemo[{_EXTRAS[protocol]}]"
        ) from fault
    return found
