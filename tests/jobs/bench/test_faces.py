"""`microemo bench faces`: each clip, by each detector, over the same frames."""

import json
from pathlib import Path

import pytest
import skimage.data

from jobs.command import main
from tests.clips import numbered, write_clip


def test_each_clip_is_looked_at_by_each_detector(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folder = tmp_path / "clips"
    folder.mkdir()
    portrait = skimage.data.astronaut()[0:288, 80:368]
    size = (288, 288)
    write_clip(folder / "face.mp4", seconds=0.3, size=size, picture=lambda *_: portrait)
    write_clip(folder / "none.mp4", seconds=0.3, size=size, picture=lambda i, _: numbered(0, size))
    file = tmp_path / "figures.json"
    assert main(["bench", "faces", str(folder), "--json", str(file)]) == 0
    figures = json.loads(file.read_text())
    (steady,) = figures["steadiness"]
    assert steady["video_id"] == "face.mp4"
    assert max(steady["points_px"], steady["pixels_px"]) < 0.2
    assert min(steady["pose_ms"], steady["cut_ms"]) > 0
    found = {(one["video_id"], one["detector"]): one for one in figures["findings"]}
    for detector in ("yunet, 640", "yunet, 320", "lbp"):
        face, none = found["face.mp4", detector], found["none.mp4", detector]
        assert face["frames"] == face["with_face"] == none["frames"] == 2
        assert (face["tracks"], face["coverage"]) == (1, 1.0)
        assert (none["with_face"], none["tracks"], none["coverage"]) == (0, 0, 0.0)
        assert min(face["cpu_ms"], none["cpu_ms"]) > 0
    shown = capsys.readouterr().out
    assert "lbp: a face in 50.0% of 4 frames" in shown
