import pytest

from stages.transcribe.transcripts.markup import substation_lines, without_layout


@pytest.mark.parametrize(
    ("marked", "text"),
    [
        (r"{\an8}<i>up</i> <font color='#fff'>here</font>", "up here"),
        (r"{\pos(1,2)\b1}a{y:i}b{Y:b}", "ab"),
        ("<c.loud>a</c> <00:00:01.000><c> b</c> <v.x Ann>c</v>", "a  b c"),
        ("<ruby>a<rt>b</rt></ruby><br>c<br/>d", "abcd"),
        ("<laugh> {sob} [sigh] (gasp) <unk>", "<laugh> {sob} [sigh] (gasp) <unk>"),
        ("2 < 3 and 5 > 4, I <3 you", "2 < 3 and 5 > 4, I <3 you"),
        ("a &amp; b &lt;3 AT&T &copyright", "a & b <3 AT&T &copyright"),
        (r"C:\new\home", r"C:\new\home"),
    ],
)
def test_only_marks_of_layout_go(marked: str, text: str) -> None:
    assert without_layout(marked) == text


def test_substation_marks_the_ends_of_lines() -> None:
    assert substation_lines(r"a\Nb\nc\hd") == ["a", "b", "c d"]
