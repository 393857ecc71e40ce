import pytest

from stages.transcribe.cues import NotATranscript
from stages.transcribe.transcripts.dialogue_csv import MAX_BROKEN_RECORDS, read_table
from stages.transcribe.transcripts.table_cues import lines_of_video
from tests.stages.transcribe.transcripts.reading_tables import flawed, lines


def test_an_unclosed_quote_costs_its_line_and_no_other() -> None:
    table = 'start,end,text\n0,1,one\n1,2,"two\n2,3,three\n3,4,"four, five"\n'
    assert [line[3] for line in lines(table, "x.mp4")][:1] == ["one"]
    assert "four, five" in [line[3] for line in lines(table, "x.mp4")]
    assert flawed(table, "x.mp4")[0] == "line 3: an unclosed or misplaced quote"


def test_a_broken_quote_in_the_header_costs_no_line() -> None:
    table = 'start,end,"text\n0,1,one\n1,2,two\n'
    assert [line[3] for line in lines(table, "x.mp4")] == ["one", "two"]
    assert flawed(table, "x.mp4") == ["line 1: an unclosed or misplaced quote"]


def test_of_a_text_full_of_broken_quotes_the_rest_is_not_read() -> None:
    transcript = lines_of_video(read_table("start,end,text\n0,1,one\n" + '1,2,"x" y\n' * 500), "x")
    assert [cue.text for cue in transcript.cues] == ["one"]
    assert len(transcript.flaws) == MAX_BROKEN_RECORDS + 1
    assert transcript.flaws[-1].place == f"line {MAX_BROKEN_RECORDS + 3}"


def test_what_stands_in_quotes_delimits_nothing() -> None:
    table = 'start;end;text;"notes, such as, these, four"\n0;1;no, never;\n'
    assert lines(table, "x.mp4") == [(0, 1, None, "no, never")]


def test_in_tsv_a_tab_delimits_and_nothing_else() -> None:
    table = read_table("start\tend\ttext\tleft, right, upper\n0\t1\thi, there\t\n", ".tsv")
    assert [cue.text for cue in lines_of_video(table, "x.mp4").cues] == ["hi, there"]
    with pytest.raises(NotATranscript, match="no column"):
        read_table("start,end,text\n", ".tsv")


def test_a_quoted_line_break_keeps_the_count_of_lines() -> None:
    table = 'start,end,text\n0,1,"one\nmore"\nx,2,bad\n'
    assert lines(table, "x.mp4") == [(0, 1, None, "one more")]
    assert flawed(table, "x.mp4") == ["line 4: times that cannot be read"]


def test_a_first_line_without_end_is_refused() -> None:
    with pytest.raises(NotATranscript, match="is not a table"):
        read_table("x" * 200_000)


@pytest.mark.parametrize("table", ["", "\n\n", "a,b\n1,2\n", "name;age\nAnna;3\n"])
def test_a_table_of_something_else_is_refused(table: str) -> None:
    with pytest.raises(NotATranscript, match="no column"):
        read_table(table)


def test_speakers_written_as_a_list_are_names() -> None:
    table = "start,end,speaker,text\n0,1,\"['Ann', 'Bob']\",hi\n1,2,['Cy'],ho\n2,3,[],hm\n"
    assert [line[2] for line in lines(table, "x.mp4")] == ["Ann, Bob", "Cy", None]


def test_text_beside_a_column_of_speakers_stays_whole() -> None:
    table = (
        "start,end,speaker,text\n0,1,Ann,[Enters] Hi\n1,2,,[Bob] Ho\n2,3,Cy,NOTE: (quiet) {sob}\n"
        "3,4,Di,DI: no\n"
    )
    assert [line[2:] for line in lines(table, "x.mp4")] == [
        ("Ann", "[Enters] Hi"),
        (None, "[Bob] Ho"),
        ("Cy", "NOTE: (quiet) {sob}"),
        ("Di", "DI: no"),
    ]


@pytest.mark.parametrize(
    ("language", "text", "notes"),
    [("en", "Good", 0), ("zh", "好", 0), ("fr", "好", 1), (None, "好", 1)],
)
def test_of_texts_in_several_languages_the_wanted_one_is_read(
    language: str | None, text: str, notes: int
) -> None:
    table = read_table("name,chinese,english\nsample_1,好,Good\n", language=language)
    transcript = lines_of_video(table, "sample_1.mp4")
    assert [cue.text for cue in transcript.cues] == [text]
    assert transcript.language == ("en" if text == "Good" else "zh")
    assert len(transcript.notes) == notes
