"""Files that hold the same."""

from pathlib import Path

from pipeline.planning.equal_content import equal_content
from pipeline.planning.looking import Looked
from pipeline.planning.transcript import FoundTranscript


def _file(path: Path, content: bytes) -> Looked:
    path.write_bytes(content)
    row = {"video_id": path.name, "uri": str(path), "file": {"size_bytes": len(content)}}
    return Looked(row, None, None, FoundTranscript())


def test_equal_files_are_found_and_those_that_differ_in_the_end_alone_are_not(
    tmp_path: Path,
) -> None:
    content = bytes(3_000_000)
    files = [
        _file(tmp_path / "a", content),
        _file(tmp_path / "b", content[:-1] + b"x"),
        _file(tmp_path / "c", content),
        _file(tmp_path / "d", content + b"x"),
    ]
    assert [[one.video_id for one in group] for group in equal_content(files)] == [["a", "c"]]


def test_empty_files_and_those_that_have_gone_are_equal_to_none(tmp_path: Path) -> None:
    empty = [_file(tmp_path / name, b"") for name in "ab"]
    gone = [_file(tmp_path / name, b"same") for name in "cd"]
    (tmp_path / "c").unlink()
    assert equal_content([*empty, *gone]) == []
