"""Packets of no bytes: the picture before once more, and no fault."""

from fractions import Fraction
from pathlib import Path

import av
import pytest

from tests.cases.front import CASES, through
from tests.clips import write_clip
from tests.stages.decode.test_window import numbers, window_of


def test_repeated_pictures_of_theora() -> None:
    (row,) = through(CASES / "repeated_pictures" / "repeats.ogv")
    assert not any("broken" in text for text in row["warnings"])
    (face,) = row["faces"]
    assert (face["start_s"], face["end_s"]) == pytest.approx((2.0, 3.9), abs=0.2)


@pytest.mark.parametrize(
    ("name", "codec"), [("a.avi", "mpeg4"), ("a.avi", "mjpeg"), ("a.nut", "libx264")]
)
def test_an_empty_packet_is_not_broken(tmp_path: Path, name: str, codec: str) -> None:
    pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
    clip = write_clip(tmp_path / f"source.{name[2:]}", codec=codec, pix_fmt=pix_fmt, b_frames=False)
    with av.open(str(clip)) as source, av.open(str(tmp_path / name), "w") as out:
        stream = source.streams.video[0]
        copy = out.add_stream_from_template(stream)
        packets = [packet for packet in source.demux(stream) if packet.size]
        for index, packet in enumerate([*packets, av.Packet(0), av.Packet(0)]):
            packet.stream, packet.time_base, packet.duration = copy, Fraction(1, 25), 1
            packet.pts = packet.dts = index
            out.mux(packet)
    window = window_of(tmp_path / name)
    assert numbers(window) == list(range(50))
    assert not any("broken" in text for text in window.warnings)
