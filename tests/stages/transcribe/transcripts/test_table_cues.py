import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stages.transcribe.cues import NotATranscript
from stages.transcribe.transcripts.dialogue_csv import read_table
from stages.transcribe.transcripts.table_cues import lines_of_video
from tests.stages.transcribe.transcripts.reading_tables import flawed, lines

MELD = """N,Utterance,Speaker,Emotion,Mood,Dialogue_ID,Utterance_ID,Season,Episode,StartTime,EndTime
1,"Where has the dog gone?",Ines,sadness,negative,0,0,4,7,"00:10:07,256","00:10:10,049"
2,What?,Tom,surprise,negative,0,1,4,7,"0:10:11,927","00:10:13,261"
3,"Or, well, we could wait.",Wim,neutral,neutral,1,0,4,4,"00:02:24,660","0:02:30,915"
4,Broken times,Ada,neutral,neutral,1,1,4,4,"0:12:3x,000","00:12:40,915"
"""


def test_a_clip_of_meld_is_one_utterance_on_its_own_clock() -> None:
    said = [(0, 2.793, "Ines", "Where has the dog gone?")]
    assert lines(MELD, "train/dia0_utt0.mp4") == said
    assert lines(MELD, "s3://bucket/final_videos_testdia0_utt0.mp4") == said


def test_a_clip_of_meld_with_broken_times_lasts_as_long_as_the_clip() -> None:
    assert lines(MELD, "dia1_utt1.mp4") == [(0, None, "Ada", "Broken times")]
    assert flawed(MELD, "dia1_utt1.mp4") == [
        "line 5: times that cannot be read, given the whole clip"
    ]


def test_a_dialogue_of_meld_counts_from_its_first_utterance() -> None:
    assert lines(MELD, "dia0.mp4") == [
        (0, 2.793, "Ines", "Where has the dog gone?"),
        (4.671, 6.005, "Tom", "What?"),
    ]
    assert lines(MELD, "dia1.mp4") == [(0, 6.255, "Wim", "Or, well, we could wait.")]
    assert flawed(MELD, "dia1.mp4") == ["line 5: times that cannot be read"]


def test_an_episode_keeps_its_own_clock() -> None:
    assert lines(MELD, "series.s04e07.mkv")[0][:2] == (607.256, 610.049)


def test_several_dialogues_without_episodes_are_not_taken_for_one_video() -> None:
    table = (
        "Utterance,Speaker,Dialogue_ID,Utterance_ID,StartTime,EndTime\n"
        'Hi,Ada,0,0,"00:00:01,000","00:00:02,000"\nYes,Tom,1,0,"00:00:03,000","00:00:04,000"\n'
    )
    with pytest.raises(NotATranscript):
        lines(table, "clip.mp4")
    one = table.replace("Tom,1", "Tom,0")
    assert [text for *_, text in lines(one, "clip.mp4")] == ["Hi", "Yes"]


def test_a_corpus_says_nothing_of_a_video_it_does_not_name() -> None:
    with pytest.raises(NotATranscript, match=r"no line for 'holiday'.*dia\{Dialogue_ID\}"):
        lines(MELD, "holiday.mp4")
    with pytest.raises(NotATranscript, match="no line for 'dia9_utt9'"):
        lines(MELD, "dia9_utt9.mp4")


MOSEI = """video_id,clip_id,start,end,text,speaker
-3g5yACwYnA,0,4.84,12.5,"so, hello",
-3g5yACwYnA,1,12.5,20.25,second,Kim
other.mp4,0,0,1.5,third,
007,3,1,2,fourth,
"""


def test_a_video_of_mosei_has_the_lines_of_its_id() -> None:
    assert lines(MOSEI, "raw/-3g5yACwYnA.mp4") == [
        (4.84, 12.5, None, "so, hello"),
        (12.5, 20.25, "Kim", "second"),
    ]
    assert lines(MOSEI, "other.mp4") == [(0, 1.5, None, "third")]
    assert lines(MOSEI, "7.mp4") == [(1, 2, None, "fourth")]


@pytest.mark.parametrize(
    "path", ["raw/-3g5yACwYnA/1.mp4", "-3g5yACwYnA_1.mp4", "x/-3g5yACwYnA$_$1.mp4"]
)
def test_a_clip_of_mosei_is_one_utterance_on_its_own_clock(path: str) -> None:
    assert lines(MOSEI, path) == [(0, 7.75, "Kim", "second")]


def test_clips_without_times_last_as_long_as_they_do() -> None:
    table = "video_id,clip_id,text,label\nabc,1,hello,0.5\nabc,2,bye,-1\n"
    assert lines(table, "abc/2.mp4") == [(0, None, None, "bye")]


def test_raw_lines_of_mosei() -> None:
    table = "abc___0___1.5___3.25___hello___there\nabc___1___broken\nxyz___0___0.0___1.0___no\n"
    assert lines(table, "abc.mp4") == [(1.5, 3.25, None, "hello___there")]
    assert flawed(table, "abc.mp4") == ["line 2: fewer than five parts between ___"]


def test_a_table_without_ids_is_of_the_video_it_was_given_for() -> None:
    table = "start;end;speaker;text\n0,5;1;Anna;no\n0.5;1.0;Anna;yes; indeed\n1;2;Ben;ok\n"
    assert lines(table, "x.mp4") == [(0.5, 1, "Anna", "no"), (1, 2, "Ben", "ok")]
    assert flawed(table, "x.mp4") == ["line 3: more or fewer cells than the header"]


def test_a_name_before_the_text_is_the_speaker_where_the_table_names_none() -> None:
    assert lines("start,end,text\n0,1,[Anna] hi\n", "x.mp4") == [(0, 1, "Anna", "hi")]


def test_a_clip_whose_utterance_ends_before_it_starts_lasts_as_long_as_the_clip() -> None:
    table = MELD.replace('"00:10:13,261"', '"00:10:11,900"')
    assert lines(table, "dia0_utt1.mp4") == [(0, None, "Tom", "What?")]
    assert flawed(table, "dia0_utt1.mp4") == [
        "line 3: an end that is not after the start, given the whole clip"
    ]


def test_text_without_times_is_said_over_the_whole_video() -> None:
    assert lines("name,sentence\nsample_1,hi\nsample_2,ho\n", "sample_2.mp4") == [
        (0, None, None, "ho")
    ]


def test_every_line_without_times_is_kept() -> None:
    table = "name,sentence\nsample_1,hi\nsample_1,ho\n"
    assert [text for *_, text in lines(table, "sample_1.mp4")] == ["hi", "ho"]


def test_a_duration_may_stand_for_the_end() -> None:
    assert lines("start,duration,text\n1.5,2,hi\n", "x.mp4") == [(1.5, 3.5, None, "hi")]


lines_of_text = st.text(max_size=200).map(lambda text: text.replace("\r", "\n"))


@settings(deadline=None)
@given(lines_of_text, st.sampled_from(["dia1_utt0.mp4", "dia1.mp4", "abc/1.mp4", "x.mp4"]))
def test_any_table_is_read_or_refused(rest: str, path: str) -> None:
    for header in (MELD.split("\n", maxsplit=1)[0], "video_id,clip_id,start,end,text", ""):
        try:
            transcript = lines_of_video(read_table(f"{header}\n{rest}"), path)
        except NotATranscript:
            continue
        assert all(cue.start_s == cue.start_s for cue in transcript.cues)
