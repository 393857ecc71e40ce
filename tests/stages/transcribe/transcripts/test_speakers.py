import pytest

from stages.transcribe.cues import Cue
from stages.transcribe.transcripts.speakers import with_speakers


def spoken(*texts: str, speaker: str | None = None) -> list[tuple[str | None, str]]:
    cues = [Cue(n, n + 1, text, f"line {n}", speaker) for n, text in enumerate(texts)]
    return [(cue.speaker, cue.text) for cue in with_speakers(cues)]


@pytest.mark.parametrize(
    ("written", "speaker", "text"),
    [
        ("[Anna] I am here.", "Anna", "I am here."),
        ("[SPEAKER_00]: I am here.", "SPEAKER_00", "I am here."),
        ("[SPEAKER_01] yes", "SPEAKER_01", "yes"),
        ("[李雷] 你好", "李雷", "你好"),
        ("ANNA: I am here.", "ANNA", "I am here."),
        ("ÉLODIE : Oui.", "ÉLODIE", "Oui."),
        ("MAN 1: Stop!", "MAN 1", "Stop!"),
        ("[laughs] I am here.", None, "[laughs] I am here."),
        ("[Laughs] I am here.", None, "[Laughs] I am here."),
        ("[MUSIC PLAYING] Oh", None, "[MUSIC PLAYING] Oh"),
        ("[Ann and Bob look away] Oh", None, "[Ann and Bob look away] Oh"),
        ("[sighs]", None, "[sighs]"),
        ("(Anna) hm", None, "(Anna) hm"),
        ("{Anna} hm", None, "{Anna} hm"),
        ("Anna: hm", None, "Anna: hm"),
        ("Note: this is no name", None, "Note: this is no name"),
        ("WARNING: this is no name", None, "WARNING: this is no name"),
        ("  two \n lines\t ", None, "two lines"),
    ],
)
def test_a_name_before_the_text_is_the_speaker_and_a_sound_is_not(
    written: str, speaker: str | None, text: str
) -> None:
    assert spoken(written) == [(speaker, text)]


@pytest.mark.parametrize("colon", [": ", "：", ":", " : "])
def test_names_before_a_colon_are_speakers_where_most_lines_have_one(colon: str) -> None:
    lines = [f"Ann{colon}hi", f"Dr. Bob Tree{colon}so", "and on", f"李雷{colon}你好"]
    assert spoken(*lines) == [
        ("Ann", "hi"),
        ("Dr. Bob Tree", "so"),
        (None, "and on"),
        ("李雷", "你好"),
    ]


def test_a_colon_now_and_then_is_text() -> None:
    lines = ["Listen: I know", "it is 10:30", "Ann: he said", "no", "so it is"]
    assert spoken(*lines) == [(None, line) for line in lines]


def test_clauses_times_and_addresses_before_a_colon_are_no_names() -> None:
    named = ["Ann: hi", "Bob: ho", "Ann: no", "Bob: so", "Ann: on", "Bob: oh"]
    others = ["at 10:30", "I mean this: no", "http://a.b", "John 3:16", "我想说的是这个事情：不"]
    speakers = [speaker for speaker, _ in spoken(*named, *others)]
    assert speakers == ["Ann", "Bob"] * 3 + [None] * len(others)


def test_a_stage_direction_in_one_line_of_many_is_text() -> None:
    lines = ["[Thunder] Run!", "Where?", "There.", "Now."]
    assert spoken(*lines)[0] == (None, "[Thunder] Run!")


def test_a_source_that_names_speakers_has_none_in_its_text() -> None:
    assert spoken("[Bob] Ann: hi", "ANN: ho", speaker="Cy") == [
        ("Cy", "[Bob] Ann: hi"),
        ("Cy", "ANN: ho"),
    ]


def test_two_who_speak_in_one_cue_are_nobody() -> None:
    assert spoken("Ann: hi\nBob: ho", "Ann: so\nit is", "Bob: no") == [
        (None, "Ann: hi Bob: ho"),
        ("Ann", "so it is"),
        ("Bob", "no"),
    ]
