"""What a URI needs, and what is said where it is not there."""

import sys

import fsspec
import pytest
from fsspec.implementations.local import LocalFileSystem
from fsspec.implementations.zip import ZipFileSystem
from fsspec.registry import _registry

from pipeline.storage import _READ, file_systems
from stages.faults import SetupError


def test_the_links_of_a_uri() -> None:
    assert file_systems("file:///a.mp4") == [LocalFileSystem]
    assert file_systems("zip://a.mp4::file:///day.zip") == [ZipFileSystem, LocalFileSystem]


@pytest.mark.parametrize(
    ("protocol", "module", "extra"),
    [
        ("s3", "s3fs", "s3"),
        ("s3a", "s3fs", "s3"),
        ("gs", "gcsfs", "gs"),
        ("gcs", "gcsfs", "gs"),
        ("http", "fsspec.implementations.http", "http"),
        ("https", "fsspec.implementations.http", "http"),
    ],
)
@pytest.mark.parametrize("form", ["{}://x/a.mp4", "zip://a.mp4::{}://x/a.zip"])
def test_a_missing_package_is_told_by_the_extra_that_brings_it(
    monkeypatch: pytest.MonkeyPatch, protocol: str, module: str, extra: str, form: str
) -> None:
    monkeypatch.delitem(_registry, protocol, raising=False)
    monkeypatch.setitem(sys.modules, module, None)  # as if it could not be imported
    uri = form.format(protocol)
    with pytest.raises(SetupError) as raised:
        file_systems(uri)
    assert str(raised.value) == (
        f"{uri}: needs a package that is not installed; install microemo[{extra}]"
    )


def test_a_missing_package_that_no_extra_brings_is_named_by_fsspec() -> None:
    with pytest.raises(SetupError, match=r"dropbox://a\.mp4: needs a package .* requires"):
        file_systems("dropbox://a.mp4")


def test_of_an_unknown_protocol_those_that_are_known_are_named() -> None:
    with pytest.raises(
        SetupError, match=r"nope is not a protocol .* s3, s3a, gs, gcs, http, https"
    ):
        file_systems("nope://x/a.mp4")


def test_a_chain_must_end_in_a_whole_uri() -> None:
    with pytest.raises(SetupError, match="whole URI"):
        file_systems("zip://a.mp4::day.zip")


@pytest.mark.parametrize(
    ("uri", "named"),
    [
        ("reference://a.mp4::s3://b/ref.json", "reference"),  # reads what ref.json names
        ("zip://a.mp4::reference://a.zip::s3://b/ref.json", "reference"),
        ("asynclocal:///etc/passwd", "asynclocal"),
        ("generic:///etc/passwd", "generic"),
        ("dir://a.mp4::file:///", "dir"),
        ("simplecache::s3://b/a.mp4", "simplecache"),
        ("data:;base64,AAAA://a", "data:;base64,AAAA"),
        ("zip://a.mp4::git://a.zip::s3://b", "git"),
    ],
)
def test_what_opens_more_than_it_names_is_not_read_in_any_link(uri: str, named: str) -> None:
    with pytest.raises(SetupError, match=f"{named} is not a protocol that is read here"):
        file_systems(uri)


@pytest.mark.parametrize("uri", ["s3://b/a.mp4::file:///x", "file:///etc/passwd::memory://x"])
def test_only_an_archive_stands_before_another_link(uri: str) -> None:
    with pytest.raises(SetupError, match="is no archive"):
        file_systems(uri)


def test_what_is_read_is_known_to_fsspec() -> None:
    assert set(fsspec.available_protocols()) >= _READ
