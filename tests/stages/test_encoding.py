"""Bytes as text, and what is said where the encoding was assumed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stages.encoding import decode

FRENCH = "Ça va très bien, c’est l’été à Noël…"
CHINESE = "你怎么了？我很难过。"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_is_known_by_itself_and_needs_no_warning(encoding: str) -> None:
    text = f"{FRENCH} {CHINESE} 😀"
    assert decode(text.encode(encoding), None, None) == (text, None)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_known_by_its_zeros(encoding: str) -> None:
    text, warning = decode(FRENCH.encode(encoding), None, None)
    assert text == FRENCH
    assert warning is not None
    assert encoding in warning


@pytest.mark.parametrize(
    ("text", "encoding", "language"),
    [
        (FRENCH, "cp1252", None),
        (FRENCH, "cp1252", "fr"),
        (CHINESE, "gb2312", None),
        ("你怎麼了？我很難過，囉嗦。", "gb18030", "zh"),
        ("どうしたの？大丈夫ですか。", "cp932", "ja"),
        ("Что с тобой случилось?", "cp1251", "ru"),
        ("Żółć", "cp1250", "pl"),
    ],
)
def test_what_is_not_unicode_is_read_by_the_rule_and_said(
    text: str, encoding: str, language: str | None
) -> None:
    read, warning = decode(text.encode(encoding), language, None)
    assert read == text
    assert warning is not None
    assert f"was read as {encoding}" in warning
    assert warning.endswith("convert it to UTF-8")


def test_the_remedy_is_that_of_who_reads() -> None:
    _, warning = decode("Żółć".encode("cp1250"), "pl", remedy="ask its author")
    assert warning == "is not UTF-8 and was read as cp1250. If its text is wrong, ask its author"


def test_a_stray_zero_byte_does_not_make_utf_8_something_else() -> None:
    text = f"{FRENCH}\x00{CHINESE}"
    assert decode(text.encode()) == (text, None)


def test_a_declared_encoding_is_taken_before_the_rule() -> None:
    read, warning = decode("你好，很難過".encode("big5"), "zh", "big5")
    assert read == "你好，很難過"
    assert warning is not None
    assert "big5" in warning


def test_a_declared_encoding_does_not_override_unicode() -> None:
    assert decode(CHINESE.encode(), None, "cp1252") == (CHINESE, None)


def test_bytes_that_fit_nothing_declared_are_replaced_and_said() -> None:
    read, warning = decode(b"good \xff\xff text", None, "ascii")
    assert read.startswith("good \ufffd")
    assert warning is not None
    assert "from byte 5" in warning


def test_line_ends_of_all_systems_become_one() -> None:
    assert decode(b"a\r\nb\rc\nd", None, None)[0] == "a\nb\nc\nd"


@settings(deadline=None)
@given(st.binary(max_size=200), st.sampled_from([None, "zh", "ja", "ru", "fr"]))
def test_any_bytes_are_read_somehow(data: bytes, language: str | None) -> None:
    text, _ = decode(data, language, None)
    assert "\r" not in text


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\x00\ufeff")))
def test_utf_8_comes_back_as_it_was(text: str) -> None:
    assert decode(text.encode(), None, None) == (text, None)
