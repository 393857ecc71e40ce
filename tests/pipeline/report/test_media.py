"""Where a browser finds the video of a row."""

from pathlib import Path

import pytest

from pipeline.report.media import at_span, media_url


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "run" / "out"
    folder.mkdir(parents=True)
    return folder


@pytest.mark.parametrize(
    ("place", "address"),
    [
        ("run/out/a.mp4", "a.mp4"),
        ("run/clips/a b#1?.mp4", "../clips/a%20b%231%3F.mp4"),
        ("run/javascript:x.mp4", "../javascript%3Ax.mp4"),
    ],
)
def test_a_file_below_the_folder_or_the_one_above_has_a_relative_address(
    out: Path, tmp_path: Path, place: str, address: str
) -> None:
    film = tmp_path / place
    film.parent.mkdir(exist_ok=True)
    film.write_bytes(b"")
    assert media_url(str(film), out) == address
    assert media_url(f"file://{film}", out) == address


def test_a_file_elsewhere_has_its_whole_address(out: Path, tmp_path: Path) -> None:
    film = tmp_path / "a b.mp4"
    film.write_bytes(b"")
    assert media_url(str(film), out) == f"file://{tmp_path}/a%20b.mp4"


def test_what_is_not_there_has_none(out: Path, tmp_path: Path) -> None:
    assert media_url(str(tmp_path / "gone.mp4"), out) == ""
    assert media_url(str(tmp_path), out) == ""


@pytest.mark.parametrize(
    "uri",
    ["s3://bucket/a.mp4", "javascript://x/%0aalert(1)", "data://x", "zip://a.mp4::https://h/z.zip"],
)
def test_other_schemes_have_none(out: Path, uri: str) -> None:
    assert media_url(uri, out) == ""


def test_a_web_address_stays_but_for_its_fragment(out: Path) -> None:
    assert media_url("https://host/a.mp4?key=1#t=3", out) == "https://host/a.mp4?key=1"
    assert media_url("https://[broken/a.mp4", out) == ""


def test_a_page_that_is_not_on_this_machine_names_no_file_of_it(tmp_path: Path) -> None:
    film = tmp_path / "a.mp4"
    film.write_bytes(b"")
    assert media_url(str(film), None) == ""


def test_a_span_is_a_fragment() -> None:
    assert at_span("a.mp4", 1.5, 3.25) == "a.mp4#t=1.500,3.250"
    assert at_span("a.mp4", None, None) == "a.mp4"
    assert at_span("", 1.5, 3.25) == ""
