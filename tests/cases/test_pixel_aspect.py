"""Pixels that are not square, where the codec or only the container says so."""

from fractions import Fraction
from pathlib import Path

import av
import pytest

from tests.cases.front import CASES, through
from tests.clips import write_clip
from tests.stages.decode.test_window import window_of


def written(path: Path, codec: str, in_codec: Fraction | None, in_stream: Fraction | None) -> Path:
    """A clip of 160 x 96 pixels whose aspect the codec, the container or both tell."""
    elementary = write_clip(
        path.with_suffix(".nut"), codec=codec, seconds=0.4, pixel_aspect=in_codec
    )
    with av.open(str(elementary)) as source, av.open(str(path), "w") as out:
        stream = source.streams.video[0]
        copy = out.add_stream_from_template(stream)
        if in_stream is not None:
            copy.sample_aspect_ratio = in_stream
        for packet in source.demux(stream):
            if packet.size:
                packet.stream = copy
                out.mux(packet)
    return path


def test_a_face_is_not_squashed_where_only_the_container_tells() -> None:
    (row,) = through(CASES / "container_aspect" / "display_size.webm")
    (face,) = row["faces"]
    assert face["box"] == pytest.approx([0.26, 0.22, 0.51, 0.56], abs=0.04)
    assert (face["start_s"], face["end_s"]) == pytest.approx((2.0, 3.9), abs=0.1)


@pytest.mark.parametrize(("ending", "codec"), [("mp4", "libx264"), ("mov", "mpeg4")])
@pytest.mark.parametrize("in_codec", [None, Fraction(2, 1)])
def test_the_container_is_believed_first(
    tmp_path: Path, ending: str, codec: str, in_codec: Fraction | None
) -> None:
    clip = written(tmp_path / f"a.{ending}", codec, in_codec, Fraction(3, 2))
    assert window_of(clip).analysis_frames.shape[1:] == (64 * 3 // 2, 160)


def test_else_the_codec(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "a.ts", seconds=0.4, pixel_aspect=Fraction(3, 2))
    assert window_of(clip).analysis_frames.shape[1:] == (64 * 3 // 2, 160)
