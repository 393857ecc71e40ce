"""Lists: a video a line."""

from pathlib import Path

import fsspec
import pytest

from pipeline.manifest.listing import read_list
from pipeline.manifest.source import Source
from stages.faults import SetupError


def _list(folder: Path, content: bytes) -> str:
    file = folder / "videos.txt"
    file.write_bytes(content)
    return str(file)


def test_lines_comments_marks_and_line_ends(tmp_path: Path) -> None:
    (tmp_path / "a b.mp4").touch()
    content = "\ufeff# the first day\r\n\r\na b.mp4\r\n  sub/видео.mp4  \r\n#c.mp4\r\n./d.mp4"
    assert read_list(_list(tmp_path, content.encode()), []) == [
        Source(f"{tmp_path}/a b.mp4", 1),
        Source(f"{tmp_path}/sub/видео.mp4", 2),
        Source(f"{tmp_path}/d.mp4", 1),
    ]


def test_absolute_paths_and_uris_are_taken_as_they_are(tmp_path: Path) -> None:
    content = f"{tmp_path}/in/a.mp4\n/elsewhere/b.mp4\nmemory://bucket/c.mp4\nfile:///d.mp4\n"
    assert read_list(_list(tmp_path, content.encode()), []) == [
        Source(f"{tmp_path}/in/a.mp4", 2),
        Source("/elsewhere/b.mp4", 1),
        Source("memory://bucket/c.mp4", 1),
        Source("/d.mp4", 1),
    ]


def test_a_dead_line_is_a_video_that_fails_later(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").touch()
    assert len(read_list(_list(tmp_path, b"a.mp4\ngone.mp4\n"), [])) == 2


def test_nothing_but_dead_lines_is_a_wrong_list(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"videos\.txt: none of the 2 files .*one\.mp4"):
        read_list(_list(tmp_path, b"one.mp4\ntwo.mp4\n"), [])


def test_a_list_of_nothing(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="names no video"):
        read_list(_list(tmp_path, b"# nothing yet\n"), [])


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"../outside.mp4", "climbs out"),
        (b"a/../../outside.mp4", "climbs out"),
        (b"nope://x/a.mp4", "nope"),
        (b"zip://a.mp4::nope://x", "nope"),
        (b"zip://a.mp4::day.zip", "whole URI"),
        (b"a\x00.mp4", "zero byte"),
    ],
)
def test_a_line_that_cannot_be_followed_is_named(tmp_path: Path, line: bytes, said: str) -> None:
    (tmp_path / "a.mp4").touch()
    with pytest.raises(SetupError, match=rf"videos\.txt, line 2: .*{said}"):
        read_list(_list(tmp_path, b"a.mp4\n" + line + b"\n"), [])


def test_only_the_first_faults_are_shown(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="and 95 more") as raised:
        read_list(_list(tmp_path, b"../x.mp4\n" * 100), [])
    assert len(str(raised.value).splitlines()) == 6


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_is_known_by_itself(tmp_path: Path, encoding: str) -> None:
    notices: list[str] = []
    (tmp_path / "é.mp4").touch()
    (source,) = read_list(_list(tmp_path, "é.mp4\n".encode(encoding)), notices)
    assert source.uri == f"{tmp_path}/é.mp4"
    assert not notices


@pytest.mark.parametrize(
    ("name", "encoding"), [("café.mp4", "cp1252"), ("感情.mp4", "gb2312"), ("é.mp4", "utf-16-le")]
)
def test_an_assumed_encoding_is_told(tmp_path: Path, name: str, encoding: str) -> None:
    notices: list[str] = []
    (tmp_path / name).touch()
    file = _list(tmp_path, f"# a list\r\n{name}\r\n".encode(encoding))
    assert read_list(file, notices) == [Source(f"{tmp_path}/{name}", 1)]
    (notice,) = notices
    assert notice.startswith(f"{file} is not UTF-8 and was read as {encoding}. ")
    assert notice.endswith("convert it to UTF-8.")


def test_text_that_is_no_list_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="none of the 1 files"):
        read_list(_list(tmp_path, b"a line longer than any name of a file may be; " * 20), [])


def test_a_remote_list_starts_at_its_own_folder_and_names_no_local_file() -> None:
    files = fsspec.filesystem("memory")
    files.pipe_file("/lists/day.txt", b"in/a.mp4\n")
    assert read_list("memory://lists/day.txt", []) == [Source("memory://lists/in/a.mp4", 2)]
    files.pipe_file("/lists/bad.txt", b"/etc/x\nfile:///etc/x\nzip://a::file:///x.zip\n")
    with pytest.raises(SetupError, match="cannot name a file of this machine") as raised:
        read_list("memory://lists/bad.txt", [])
    assert len(str(raised.value).splitlines()) == 3
