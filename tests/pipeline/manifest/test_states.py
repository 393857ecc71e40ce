"""Each row is given the state of its own file, wherever that is."""

from pathlib import Path

import fsspec

from pipeline.manifest.states import with_states


def test_each_row_gets_that_of_its_own_file(tmp_path: Path) -> None:
    for size in range(40):
        (tmp_path / f"{size}.mp4").write_bytes(b"x" * size)
    with fsspec.open("memory://states/far.mp4", "wb") as stream:
        stream.write(b"x" * 99)
    rows = [{"video_id": str(size), "uri": str(tmp_path / f"{size}.mp4")} for size in range(40)]
    rows += [
        {"video_id": "far", "uri": "memory://states/far.mp4"},
        {"video_id": "none", "uri": str(tmp_path / "none.mp4")},
    ]
    done = with_states(rows)
    assert [row["video_id"] for row in done] == [row["video_id"] for row in rows]
    sizes = [row["file"] and row["file"]["size_bytes"] for row in done]
    assert sizes == [*range(40), 99, None]
