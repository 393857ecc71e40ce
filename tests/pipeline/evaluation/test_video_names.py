"""Names of videos in two lists, compared from the strictest reading to the loosest."""

import pytest

from pipeline.evaluation.video_names import Pairing, pair_names, video_partners


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a.mp4", "a.mp4"),
        ("x/a.mp4", "y/a.mp4"),
        ("x\\a.mp4", "a.avi"),
        ("A.MP4", "a"),
        ("Caf\u00e9", "cafe\u0301.mp4"),
        ("samplenew3_00001", "samplenew4_00001.mp4"),
        ("train/dia3/utt5.mp4", "dia3_utt5"),
        ("00012.mp4", "12"),
    ],
)
def test_the_same_video(one: str, other: str) -> None:
    assert video_partners([one], [other]) == {one: other}
    assert video_partners([other], [one]) == {other: one}


@pytest.mark.parametrize(
    ("one", "other"),
    [("a", "b"), ("a.1", "a.2"), ("1.5", "1"), ("samplenew3_", "samplenew4_"), ("dia1", "dia01")],
)
def test_other_videos(one: str, other: str) -> None:
    assert video_partners([one], [other]) == {}


def test_a_stricter_reading_goes_first_and_each_name_is_taken_once() -> None:
    assert video_partners(["a", "A"], ["A.mp4", "a.mp4"]) == {"a": "a.mp4", "A": "A.mp4"}
    assert video_partners(["1", "01"], ["01"]) == {"01": "01"}


def test_what_cannot_be_told_apart_is_named() -> None:
    assert pair_names(["a", "b"], ["x/a.mp4", "y/a.mp4", "b"]) == Pairing(
        {"b": "b"}, {"a": (("a",), ("x/a.mp4", "y/a.mp4"))}
    )
