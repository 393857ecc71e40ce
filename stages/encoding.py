"""Bytes of transcripts, lists and tables as text, by a rule that is stated and never silent.

1. A byte order mark decides. 2. Every second byte zero: UTF-16. 3. What is valid UTF-8 is UTF-8.
4. The encoding a person declared. 5. The encoding that Windows used for the language. 6. Without a
language: GB 2312 where every byte fits it, else Windows-1252. But for 1 and 3 a warning names the
encoding, because the bytes alone cannot prove it.
"""

import codecs

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OF_LANGUAGE = {
    encoding: languages.split()
    for encoding, languages in {
        "gb18030": "zh",
        "cp932": "ja",
        "cp949": "ko",
        "cp1250": "pl cs sk hu sl hr ro bs sq",
        "cp1251": "ru uk bg be sr mk",
        "cp1253": "el",
        "cp1254": "tr az",
        "cp1255": "he yi",
        "cp1256": "ar fa ur",
        "cp1257": "lt lv et",
        "cp1258": "vi",
        "cp874": "th",
    }.items()
}


def decode(
    data: bytes,
    language: str | None = None,
    declared: str | None = None,
    remedy: str = "convert it to UTF-8",
) -> tuple[str, str | None]:
    """The text, its line ends made `\\n`, and the warning to give, if any.

    Args:
        data: the whole file.
        language: of the text, ISO 639-1, or None.
        declared: encoding to take where it is not Unicode, or None.
        remedy: what the warning advises where the assumed encoding is the wrong one.

    Returns:
        The warning is a predicate without its full stop, to stand behind the name of the file.
    """
    text, warning = _decoded(data, language, declared, remedy)
    return text.replace("\r\n", "\n").replace("\r", "\n"), warning


def _decoded(
    data: bytes, language: str | None, declared: str | None, remedy: str
) -> tuple[str, str | None]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _with_what_fits(data, encoding)
    if not _is_half_zeros(data):  # UTF-16 of English is valid UTF-8, too
        try:
            return data.decode("utf-8"), None
        except UnicodeDecodeError:
            pass
    for encoding in _assumed(data, language, declared):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return text, (f"is not UTF-8 and was read as {encoding}. If its text is wrong, {remedy}")
    return _with_what_fits(data, declared or "utf-8")


def _assumed(data: bytes, language: str | None, declared: str | None) -> list[str]:
    if _is_half_zeros(data):
        return ["utf-16-le" if 0 in data[1:4096:2] else "utf-16-be"]
    if declared:
        return [declared]
    for encoding, languages in _OF_LANGUAGE.items():
        if language in languages:
            return [encoding, "latin-1"]
    return ["cp1252", "latin-1"] if language else ["gb2312", "cp1252", "latin-1"]


def _is_half_zeros(data: bytes) -> bool:
    start = data[:4096]
    return start.count(0) > len(start) // 4


def _with_what_fits(data: bytes, encoding: str) -> tuple[str, str | None]:
    try:
        return data.decode(encoding), None
    except UnicodeDecodeError as fault:
        return data.decode(encoding, errors="replace"), (
            f"is not valid {encoding} from byte {fault.start} on; what cannot be read was replaced "
            "by �"
        )
