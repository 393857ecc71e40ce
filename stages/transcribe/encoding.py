"""Bytes of a transcript as text, by a rule that is stated and never silent.

1. A byte order mark decides. 2. What is valid UTF-8 is UTF-8. 3. Every second byte zero: UTF-16.
4. `transcribe.transcript_encoding`, where it is set. 5. The encoding that Windows used for the
language of the video. 6. Without a language: GB 2312 where every byte fits it, else Windows-1252.
From 3 on the row carries a warning, because the bytes alone cannot prove it.
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


def decode(data: bytes, language: str | None, declared: str | None) -> tuple[str, str | None]:
    """The text, its line ends made `\\n`, and the warning to give, if any.

    Args:
        data: the whole file.
        language: of the video, ISO 639-1, or None.
        declared: encoding to take where it is not Unicode, or None.
    """
    text, warning = _decoded(data, language, declared)
    return text.replace("\r\n", "\n").replace("\r", "\n"), warning


def _decoded(data: bytes, language: str | None, declared: str | None) -> tuple[str, str | None]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _with_what_fits(data, encoding)
    try:
        if b"\x00" not in data:
            return data.decode("utf-8"), None
    except UnicodeDecodeError:
        pass
    for encoding in _assumed(data, language, declared):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return text, (
            f"is not Unicode and was read as {encoding}. If its text is wrong, convert it to "
            "UTF-8 or set transcribe.transcript_encoding"
        )
    return _with_what_fits(data, declared or "utf-8")


def _assumed(data: bytes, language: str | None, declared: str | None) -> list[str]:
    zeros = data[:4096].count(0)
    if zeros > len(data[:4096]) // 4:
        return ["utf-16-le" if 0 in data[1:4096:2] else "utf-16-be"]
    if declared:
        return [declared]
    for encoding, languages in _OF_LANGUAGE.items():
        if language in languages:
            return [encoding, "latin-1"]
    return ["cp1252", "latin-1"] if language else ["gb2312", "cp1252", "latin-1"]


def _with_what_fits(data: bytes, encoding: str) -> tuple[str, str | None]:
    try:
        return data.decode(encoding), None
    except UnicodeDecodeError as fault:
        return data.decode(encoding, errors="replace"), (
            f"is not valid {encoding} from byte {fault.start} on; what cannot be read was replaced "
            "by �"
        )
