"""URIs and what stands behind them."""

import zipfile
from pathlib import Path

import pytest

from pipeline.manifest.remote import ends_on_this_machine, find, local_path
from pipeline.manifest.source import Source
from stages.faults import SetupError
from tests.web import served


def test_a_local_uri_is_a_path() -> None:
    assert local_path("file:///clips/a.mp4") == "/clips/a.mp4"
    assert local_path("local:///clips/a%20b.mp4") == "/clips/a b.mp4"
    assert local_path("memory://clips/a.mp4") is None
    assert local_path("zip://a.mp4::file:///clips.zip") is None


def test_a_member_of_an_archive_is_one_video(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "day.zip", "w") as archive:
        archive.writestr("in/a.mp4", b"x")
    uri = f"zip://in/a.mp4::file://{tmp_path}/day.zip"
    assert [source.uri for source in find(uri).videos] == [uri]
    with pytest.raises(SetupError, match="no such file"):
        find(f"zip://in/b.mp4::file://{tmp_path}/day.zip")


def test_a_web_address_is_one_video(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"x")
    with served(tmp_path) as address:
        assert find(f"{address}/a.mp4").videos == [Source(f"{address}/a.mp4")]
        with pytest.raises(SetupError, match="no such file"):
            find(f"{address}/b.mp4")


def test_nothing_is_connected_to_while_a_list_is_read() -> None:
    assert local_path("ftp://host.invalid/a.mp4") is None


def test_where_a_chain_ends() -> None:
    assert ends_on_this_machine("zip://a.mp4::file:///day.zip")
    assert not ends_on_this_machine("zip://a.mp4::memory://day.zip")
    with pytest.raises(SetupError, match="whole URI"):
        local_path("zip://a.mp4::day.zip")
