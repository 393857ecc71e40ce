import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stages.transcribe.cues import Cue
from stages.transcribe.transcripts.subtitles import read_subtitles


def read(text: str) -> list[tuple[float, float, str | None, str]]:
    return [(c.start_s, c.end_s or -1, c.speaker, c.text) for c in read_subtitles(text).cues]


def flawed(text: str) -> list[str]:
    return [f"{flaw.place}: {flaw.what}" for flaw in read_subtitles(text).flaws]


def test_subrip() -> None:
    text = """1
00:00:01,000 --> 00:00:02,500
<i>Hello</i> {\\an8}there,
<font color="#fff">Anna</font> &amp; Ben.

2
00:00:03.000 --> 00:00:04.000 X1:40 X2:600
[Anna] How many?
42

3
0:05:52,435 --> 00:16:16,059
Many
5
"""
    assert read(text) == [
        (1, 2.5, None, "Hello there, Anna & Ben."),
        (3, 4, None, "[Anna] How many? 42"),
        (352.435, 976.059, None, "Many 5"),
    ]
    assert flawed(text) == []


def test_a_cue_with_broken_times_does_not_leak_into_the_one_before() -> None:
    text = """1
00:00:01,000 --> 00:00:02,000
One

2
00:00:0x,000 --> 00:00:04,000
Two

3
00:00:05,000 --> 00:00:06,000
Three
"""
    assert [cue[3] for cue in read(text)] == ["One", "Three"]
    assert flawed(text) == ["line 6: times that cannot be read"]


def test_every_kind_of_broken_times_is_reported() -> None:
    for times in (
        "00:00:61,000 --> 00:01:05,000",
        "00:61:00,000 --> 01:02:00,000",
        "00:00:01,000 -->",
        "--> 00:00:01,000",
        "soon --> later",
        "00: 00: 01, 000 --> 00: 00: 02, 000",
        "00:00:01,000 --> 00:00:nan",
    ):
        text = f"1\n00:00:00,000 --> 00:00:01,000\nOne\n\n2\n{times}\nTwo\n"
        assert [cue[3] for cue in read(text)] == ["One"], times
        assert flawed(text) == ["line 6: times that cannot be read"], times


def test_arrows_of_other_lengths_are_read() -> None:
    for arrow in ("->", "-->", "--->", "–>"):
        assert read(f"1\n00:00:01,000 {arrow} 00:00:02,000\nOne\n") == [(1, 2, None, "One")]


def test_blocks_without_blank_lines_between_are_parted() -> None:
    text = "1\n00:00:01,000 --> 00:00:02,000\nOne\n2\n00:00:03,000 --> 00:00:04,000\nTwo"
    assert [cue[3] for cue in read(text)] == ["One", "Two"]


def test_a_blank_line_within_a_cue_loses_nothing() -> None:
    text = "1\n00:00:01,000 --> 00:00:02,000\nOne\n\nmore\n\n2\n00:00:03,000 --> 00:00:04,000\nTwo"
    assert [cue[3] for cue in read(text)] == ["One more", "Two"]


def test_a_time_in_the_text_is_text() -> None:
    text = "1\n00:00:01,000 --> 00:00:02,000\nfrom 00:00:03,000 to 00:00:04,000\n"
    assert read(text) == [(1, 2, None, "from 00:00:03,000 to 00:00:04,000")]


def test_empty_and_zero_length_cues_are_handed_on_to_be_judged() -> None:
    text = "1\n00:00:01,000 --> 00:00:02,000\n\n2\n00:00:03,000 --> 00:00:03,000\nx\n"
    assert read(text) == [(1, 2, None, ""), (3, 3, None, "x")]


def test_text_before_the_first_cue_is_reported() -> None:
    assert flawed("garbage\n1\n00:00:01,000 --> 00:00:02,000\nOne\n") == [
        "line 1: text outside any cue"
    ]


def test_webvtt_with_all_that_is_not_spoken() -> None:
    text = """WEBVTT - a title

STYLE
::cue { color: red }

NOTE
the note
goes on

intro
00:01.000 --> 00:02.500 align:start position:0%
<v Anna Maria>Hello <c.loud>there</c></v>

NOTE between

second cue
00:00:03.000 --> 00:00:04.000
Bye &lt;3
- friend
"""
    assert read(text) == [
        (1, 2.5, "Anna Maria", "Hello there"),
        (3, 4, None, "Bye <3 - friend"),
    ]
    assert flawed(text) == []


def test_two_voices_in_one_cue_are_nobody_s() -> None:
    text = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Anna>Hi\n<v Ben>Hello\n"
    assert read(text) == [(1, 2, None, "Hi Hello")]


def test_captions_that_roll_up_are_said_once() -> None:
    text = """WEBVTT
Kind: captions

00:00:00.480 --> 00:00:02.389 align:start position:0%

so<00:00:00.880><c> today</c><00:00:01.120><c> we</c>

00:00:02.389 --> 00:00:02.399 align:start position:0%
so today we


00:00:02.399 --> 00:00:04.000 align:start position:0%
so today we
talk<00:00:02.800><c> again</c>
"""
    assert read(text) == [
        (0.48, 2.389, None, "so today we"),
        (2.399, 4, None, "talk again"),
    ]


def srt(*cues: tuple[float, float, str]) -> str:
    return "".join(
        f"{n}\n00:00:{start:06.3f} --> 00:00:{end:06.3f}\n{text}\n\n"
        for n, (start, end, text) in enumerate(cues, start=1)
    )


def test_three_lines_that_roll_are_said_once() -> None:
    text = srt((0, 2, "a"), (2, 4, "a\nb"), (4, 6, "a\nb\nc"), (6, 8, "b\nc\nd"))
    assert [(start, text) for start, _, _, text in read(text)] == [
        (0, "a"),
        (2, "b"),
        (4, "c"),
        (6, "d"),
    ]


def test_captions_that_roll_and_overlap_are_said_once() -> None:
    text = srt((0, 4, "a"), (2, 6, "a\nb"), (4, 8, "b\nc"))
    assert [cue[3] for cue in read(text)] == ["a", "b", "c"]


def test_a_line_said_twice_in_captions_that_roll_is_said_twice() -> None:
    text = srt((0, 2, "a"), (2, 4, "a\nno"), (4, 6, "no\nno"), (6, 8, "no\nb"), (9, 10, "b"))
    assert [cue[3] for cue in read(text)] == ["a", "no", "no", "b", "b"]


def test_captions_that_roll_within_a_line_are_said_once() -> None:
    text = srt(
        (0, 2, "where did they go"), (2, 4, "where did they go with it"), (4, 6, "go with it on")
    )
    assert [cue[3] for cue in read(text)] == ["where did they go", "with it", "on"]


def test_captions_that_grow_are_said_once() -> None:
    text = srt((0, 1, "so"), (1, 2, "so today"), (2, 3, "so today we"), (3, 4, "so today we go"))
    assert [cue[3] for cue in read(text)] == ["so", "today", "we", "go"]


def test_words_repeated_by_people_stay() -> None:
    text = srt((0, 1, "No."), (1, 2, "No. Stop"), (2, 3, "Stop it now"), (3, 4, "now and here"))
    assert [cue[3] for cue in read(text)] == ["No.", "No. Stop", "Stop it now", "now and here"]


def test_an_answer_that_repeats_the_line_before_is_no_roll() -> None:
    text = srt((0, 2, "No."), (2, 4, "No.\nI said no."), (4, 6, "All right."), (6, 7, "Fine."))
    assert [cue[3] for cue in read(text)] == ["No.", "No. I said no.", "All right.", "Fine."]


@pytest.mark.parametrize(
    "line",
    [
        "Train at 10:30 → platform two",
        "from 10:30 -> 11:00 we rest",
        "10:30 --> 11:00 is lunch",
        "a --> b",
        "score 3:2 -> 4:2",
    ],
)
@pytest.mark.parametrize("head", ["1\n", "WEBVTT\n\n", "WEBVTT\n\nintro\n"])
def test_arrows_and_times_in_the_text_are_text(head: str, line: str) -> None:
    text = f"{head}00:00:01.000 --> 00:00:02.000\n{line}\nplease\n"
    assert read(text) == [(1, 2, None, f"{line} please")]
    assert flawed(text) == []


def test_words_said_twice_stay_twice_in_captions_that_do_not_roll() -> None:
    text = "WEBVTT\n\n00:01.000 --> 00:02.000\nNo.\n\n00:02.000 --> 00:03.000\nNo.\n"
    assert [cue[3] for cue in read(text)] == ["No.", "No."]


ASS = """[Script Info]
Title: x

[V4+ Styles]
Format: Name, Fontname
Style: Default,Arial,broken,values

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:01.00,0:00:02.50,Default,Anna,0,0,0,,{\\i1}Hello,{\\i0}\\Nthere, you
Comment: 0,0:00:01.00,0:00:02.50,Default,,0,0,0,,not spoken
Dialogue: 0,0:00:xx.00,0:00:04.00,Default,,0,0,0,,bad
Dialogue: 0,0:00:03.00
Dialogue: 0,0:00:05.00,0:00:06.00,Default,,0,0,0,,{\\p1}m 0 0 l 10 10{\\p0}
Dialogue: 0,0:00:07.00,0:00:08.00,Default,,0,0,0,,[Ben] Bye
"""


def test_substation() -> None:
    assert read(ASS) == [
        (1, 2.5, "Anna", "Hello, there, you"),
        (7, 8, None, "[Ben] Bye"),
    ]
    assert flawed(ASS) == [
        "line 12: times that cannot be read",
        "line 13: times that cannot be read",
    ]


def test_substation_shows_a_line_and_its_shadow_once() -> None:
    shown = "0:00:01.00,0:00:02.00,Default,,0,0,0,,"
    text = f"[Events]\nDialogue: 0,{shown}{{\\blur4}}Hi\nDialogue: 1,{shown}Hi\n"
    assert [cue[3] for cue in read(text)] == ["Hi"]


def test_substation_with_its_fields_in_another_order() -> None:
    text = """[Events]
Format: Start, End, Name, Text
Dialogue: 0:00:01.00,0:00:02.00,Anna,Hello, you
"""
    assert read(text) == [(1, 2, "Anna", "Hello, you")]


def test_substation_alpha_4() -> None:
    text = """[Script Info]
[V4 Styles]
[Events]
Format: Marked, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: Marked=0,0:00:01.00,0:00:02.00,Default,NTP,0000,0000,0000,,Hello
"""
    assert read(text) == [(1, 2, "NTP", "Hello")]


def test_cues_know_their_line() -> None:
    (cue,) = read_subtitles("1\n00:00:01,000 --> 00:00:02,000\nOne\n").cues
    assert isinstance(cue, Cue)
    assert cue.place == "line 2"


words = st.text(st.characters(categories=["L"]), min_size=1, max_size=8)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 10**8), st.integers(0, 10**8), words), max_size=20))
def test_what_is_written_as_subrip_is_read_back(cues: list[tuple[int, int, str]]) -> None:
    def stamp(ms: int) -> str:
        return f"{ms // 3600000:02}:{ms // 60000 % 60:02}:{ms // 1000 % 60:02},{ms % 1000:03}"

    text = "".join(
        f"{i}\n{stamp(start)} --> {stamp(end)}\n{word}\n\n"
        for i, (start, end, word) in enumerate(cues, start=1)
    )
    got = read_subtitles(text)
    assert not got.flaws
    assert [(round(c.start_s * 1000), c.text) for c in got.cues] == [(s, w) for s, _, w in cues]


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_read_without_falling_over(text: str) -> None:
    read_subtitles(text)
    read_subtitles("WEBVTT\n\n" + text)
    read_subtitles("[Events]\n" + text)
