"""Which lines of a table are about a video: its own, or none; never another's."""

import pytest

from stages.transcribe.cues import NotATranscript
from stages.transcribe.transcripts.dialogue_csv import read_table
from stages.transcribe.transcripts.table_ids import Bond, Clock, lines_about


def texts(table: str, path: str, bond: Bond = Bond.SHARED) -> list[str]:
    return [line["text"] for line in lines_about(read_table(table), path, bond).lines]


def refused(table: str, path: str, bond: Bond = Bond.SHARED) -> str:
    with pytest.raises(NotATranscript) as raised:
        lines_about(read_table(table), path, bond)
    return str(raised.value)


NAMES = """name names Name wav_file file_name filename FileName file path clip_id clip_name
video_id video_name utterance_id utt_id segment_id audio_path sample id key uid"""


@pytest.mark.parametrize("bond", [Bond.SHARED, Bond.GIVEN])
@pytest.mark.parametrize("column", NAMES.split())
def test_whatever_its_column_is_called_each_clip_has_its_own_line(column: str, bond: Bond) -> None:
    table = f"{column},start,end,text\nSes01_F000,0,2,one\nSes01_M000,0,2.5,two\n"
    assert texts(table, "clips/Ses01_F000.mp4", bond) == ["one"]
    assert texts(table, "clips/Ses01_M000.mp4", bond) == ["two"]
    refused(table, "clips/Ses01_M001.mp4", bond)


@pytest.mark.parametrize(
    "table",
    [
        "blob,start,end,text\nSes01_F000,0,2,one\nSes01_M000,0,2.5,two\n",
        "blob,start,end,text\nSes01_F000,0,2,one\nSes01_M000,3,5,two\n",
        "blob,start,end,text\nSes01_F000,0,2,one\n",
        "blob,start,end,text\n1,0,2,one\n2,0,2.5,two\n",
        "blob,text\nalpha,one\nbeta,two\n",
        "start,end,text\n4,6,one\n1,2,two\n",
        "Scene_ID,Utterance_ID,Season,Episode,Utterance\n1,1,1,15,one\n1,2,1,15,two\n",
    ],
)
@pytest.mark.parametrize("bond", [Bond.SHARED, Bond.GIVEN])
def test_clips_under_unknown_names_are_refused(table: str, bond: Bond) -> None:
    refused(table, "Ses01_utt4.mp4", bond)


@pytest.mark.parametrize("bond", [Bond.SHARED, Bond.GIVEN])
def test_a_column_whose_cells_are_the_names_need_not_be_known(bond: Bond) -> None:
    table = "文件名,mood,start,end,text\nalpha,joy,0,1,one\nbeta.wav,joy,0,2,two\n"
    assert texts(table, "alpha.mp4", bond) == ["one"]
    assert texts(table, "beta.mp4", bond) == ["two"]
    refused(table, "joy.mp4", bond)


def test_a_table_for_several_videos_must_name_them() -> None:
    table = "no,start,end,text\n1,0,2,one\n2,3,5,two\n"
    assert texts(table, "talk.mp4", Bond.GIVEN) == ["one", "two"]
    assert "given for several videos" in refused(table, "talk.mp4")
    assert texts(table, "2.mp4") == ["two"]


def test_a_table_named_as_the_video_is_the_video_s() -> None:
    table = "line_id,start,end,speaker,text\nL1,4,6,Ann,one\nL2,1,2,Ann,two\n"
    assert texts(table, "talk.mp4", Bond.NAMED) == ["one", "two"]
    assert "may be of several clips" in refused(table, "talk.mp4", Bond.GIVEN)


def test_beside_a_video_a_name_may_be_who_speaks() -> None:
    table = "name,start,end,text\nAnn,0,1,one\nBob,1,2,two\n"
    assert texts(table, "talk.mp4", Bond.NAMED) == ["one", "two"]
    refused(table, "talk.mp4", Bond.GIVEN)
    refused(table.replace("Ann", "talk_2"), "talk.mp4", Bond.NAMED)


def test_lines_in_the_order_of_speakers_are_of_one_video() -> None:
    table = "start,end,speaker,text\n0,1,Ann,a\n4,5,Ann,b\n0,2,Bob,c\n"
    assert texts(table, "talk.mp4", Bond.GIVEN) == ["a", "b", "c"]


NUMBERS = """video_id,clip_id,start,end,text
81406,3,10,12,clip
3,1,1,2,other
3,2,3,4,again
0007,1,0,1,seven
"""


def test_numbers_are_told_apart_by_the_folder() -> None:
    assert texts(NUMBERS, "81406/3.mp4") == ["clip"]
    assert texts(NUMBERS, "81406_0003.mp4") == ["clip"]
    assert texts(NUMBERS, "films/3.mp4") == ["other", "again"]
    assert texts(NUMBERS, "7.mp4") == ["seven"]
    refused(NUMBERS, "81406/4.mp4")
    refused(NUMBERS, "81406/1.mp4")


def test_a_film_in_a_folder_of_its_name_is_the_film() -> None:
    assert texts(NUMBERS, "3/3.mp4") == ["other", "again"]


def test_of_equal_numbers_the_one_written_so_is_meant() -> None:
    table = "name,text\n7,one\n07,two\n"
    assert texts(table, "7.mp4") == ["one"]
    assert texts(table, "07.mp4") == ["two"]
    assert "cannot be told" in refused(table, "007.mp4")


def test_a_name_that_two_pairs_make_is_refused() -> None:
    table = "video_id,clip_id,text\na_1,2,one\na,1_2,two\n"
    assert "cannot be told" in refused(table, "a_1_2.mp4")
    assert texts(table, "a_1/2.mp4") == ["one"]


def test_folders_in_an_id_must_agree() -> None:
    table = "path,text\na/talk.mp4,one\nb/talk.mp4,two\nb/walk.mp4,three\n"
    assert texts(table, "/data/a/talk.mp4") == ["one"]
    assert texts(table, "/data/b/talk.mkv") == ["two"]
    refused(table, "/data/c/talk.mp4")
    refused(table, "/data/a/walk.mp4")


def test_an_absolute_path_of_another_machine_is_its_name_if_that_is_the_only_one() -> None:
    table = "path,text\n/home/x/v/talk_1.mp4,one\nC:\\v\\talk_2.mp4,two\n/home/y/3.mp4,three\n"
    assert texts(table, "/data/talk_1.mp4") == ["one"]
    assert texts(table, "/data/talk_2.mp4") == ["two"]
    refused(table, "/data/3.mp4")
    twice = "path,text\n/home/a/talk.mp4,one\n/home/b/talk.mp4,two\n"
    refused(twice, "/data/talk.mp4")
    assert texts(twice, "/data/b/talk.mp4") == ["two"]


def test_a_name_with_a_dot_is_cut_only_at_an_ending() -> None:
    table = "name,text\ntalk.1,one\ntalk.2,two\ntalk.wav,three\n"
    assert texts(table, "talk.1.mp4") == ["one"]
    assert texts(table, "talk.mp4") == ["three"]


def test_both_forms_of_a_letter_are_one_name_and_the_same_form_goes_first() -> None:
    composed, decomposed = "caf\u00e9", "cafe\u0301"
    assert texts(f"name,text\n{composed},one\n", f"{decomposed}.mp4") == ["one"]
    both = f"name,text\n{composed},one\n{decomposed},two\n"
    assert texts(both, f"{decomposed}.mp4") == ["two"]


DYADIC = """Utterance,Dialogue_ID,Utterance_ID,Old_Dialogue_ID,Old_Utterance_ID
one,0,0,4,0
two,0,1,4,2
three,1,0,,
"""


def test_dialogues_numbered_anew_go_by_their_old_ids() -> None:
    assert texts(DYADIC, "dia4_utt2.mp4") == ["two"]
    assert texts(DYADIC, "dia4.mp4") == ["one", "two"]
    refused(DYADIC, "dia0_utt1.mp4")
    refused(DYADIC, "dia1_utt0.mp4")


def test_a_clip_that_several_splits_number_alike_is_refused() -> None:
    table = "Utterance,Dialogue_ID,Utterance_ID\ntrain,0,0\ntest,0,0\n"
    assert "cannot be told" in refused(table, "dia0_utt0.mp4")


SCENES = """Utterance,Scene_ID,Utterance_ID,Season,Episode
one,1,1,1,15
two,1,2,1,15
three,1,1,2,1
"""


@pytest.mark.parametrize(
    "name", ["sea1_ep15_sc1_utt2", "s01_e15_c01_u002", "S1E15_scene1_utterance2", "S01E15_sc1_utt2"]
)
def test_a_clip_of_a_scene_is_one_line(name: str) -> None:
    chosen = lines_about(read_table(SCENES), f"{name}.mp4", Bond.SHARED)
    assert [line["text"] for line in chosen.lines] == ["two"]
    assert chosen.clock is Clock.CLIP


def test_an_episode_has_its_lines_and_a_piece_of_it_has_not() -> None:
    assert texts(SCENES, "show.s01e15.1080p.mkv") == ["one", "two"]
    refused(SCENES, "show.s01e15.clip3.mp4")
    refused(SCENES, "sea1_ep15_sc2_utt1.mp4")
    refused(SCENES, "clip_7.mp4", Bond.GIVEN)
