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
_ON_THE_NET = {"http", "https", "hf", "ftp", "sftp", "ssh", "smb", "webdav"}
_OBJECT_STORES = {"s3", "s3a", "gs", "gcs", "az", "abfs", "adl", "oss", "oci", "tos"}
_SERVICES = {"hdfs", "arrow_hdfs", "webhdfs", "dbfs", "lakefs", "dropbox", "gdrive", "box"}
_PLACES = {"file", "local", "memory"} | _ON_THE_NET | _OBJECT_STORES | _SERVICES
_ARCHIVES = {"zip", "tar", "libarchive"}
_READ = _PLACES | _ARCHIVES
"""An allow-list: others read what a file names (`reference`), the folder that a process works in
(`asynclocal`), or keep copies on this machine (`simplecache`)."""


def file_systems(uri: str) -> list[type[Any]]:
    """The fsspec classes of the links of a URI; most have one link, a chain has several.

    Nothing is connected to.

    Raises:
        SetupError: a link is of a protocol that is not read here, or its package is not installed;
            a link before the last is no archive; or the last is no whole URI, for then it depends
            on the folder in which a process runs.
    """
    links = uri.split("::")
    if "://" not in links[-1]:
        raise SetupError(f"{uri}: after the last :: must stand a whole URI, such as file:///a.zip")
    for link in links[:-1]:
        if (name := link.partition("://")[0]) in _PLACES:
            raise SetupError(
                f"{uri}: before :: stands a file in an archive, as in zip://a.mp4::s3://b/c.zip; "
                f"{name} is no archive"
            )
    return [_file_system(link.partition("://")[0], uri) for link in links]


def is_object_store(files: Any) -> bool:
    """Whether a file system has buckets, which only their owner makes, in place of folders."""
    names = files.protocol if isinstance(files.protocol, tuple | list) else (files.protocol,)
    return not _OBJECT_STORES.isdisjoint(names)


def _file_system(protocol: str, uri: str) -> type[Any]:
    if protocol not in _READ or protocol not in fsspec.available_protocols():
        raise SetupError(
            f"{uri}: {protocol} is not a protocol that is read here, as {', '.join(_EXTRAS)} are"
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
