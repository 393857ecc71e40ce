import pytest

from stages.transcribe.prosody.usual import compare
from tests.voices import voiced


def test_each_is_compared_with_the_median_of_its_speaker() -> None:
    said = [
        *(voiced(0, 1, level_db=level, speaker="Anna") for level in (-20, -20, -8)),
        *(voiced(i, i + 1, level_db=-35, hertz=240, speaker="Ben") for i in range(3)),
    ]
    compare(said)
    assert [one["voice"]["relative"]["to"] for one in said] == ["speaker"] * 6
    assert [one["voice"]["relative"]["loudness_db"] for one in said] == pytest.approx(
        [0, 0, 12, 0, 0, 0]
    )
    assert said[5]["voice"]["relative"]["pitch_semitones"] == pytest.approx(0)


def test_whose_utterances_are_few_is_compared_with_the_video_but_not_in_pitch() -> None:
    said = [
        *(voiced(i, i + 1, speaker="Anna") for i in range(3)),
        voiced(4, 5, level_db=-10, hertz=240, speaker="Ben"),
    ]
    compare(said)
    relative = said[3]["voice"]["relative"]
    assert relative["to"] == "video"
    assert relative["loudness_db"] == pytest.approx(10)
    assert relative["pitch_semitones"] is None


def test_where_nobody_is_named_the_pitch_is_compared_with_the_video() -> None:
    said = [voiced(i, i + 1, hertz=hertz) for i, hertz in enumerate((100, 100, 200))]
    compare(said)
    assert said[2]["voice"]["relative"]["pitch_semitones"] == pytest.approx(12)


def test_of_two_utterances_neither_is_usual() -> None:
    said = [voiced(0, 1), voiced(1, 2), voiced(2, 3) | {"voice": None}]
    compare(said)
    assert said[0]["voice"]["relative"] is said[1]["voice"]["relative"] is None
    assert said[2]["voice"] is None
