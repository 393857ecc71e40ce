"""The tables of the MER challenges and of OV-MERD, a set of three for each split."""

import unicodedata
from typing import Any

from pipeline.export.formats.clip_names import ClipNames
from pipeline.export.formats.csv_text import csv_line
from pipeline.export.formats.format import Format
from pipeline.export.output import GrowingFile
from pipeline.export.unit import ExportedVideo, Unit

_HEADS = {
    "openset": ("name", "openset"),
    "reason": ("name", "reason"),
    "subtitle": ("name", "chinese", "english"),
}
_LANGUAGES = {"zh": 1, "en": 2}
"""Columns of the subtitles, from 0."""
_SPLITTING = str.maketrans({"'": "’", '"': "”", ",": ";"})
"""The challenges' code splits a list at these wherever they stand."""


class MerCsv(Format):
    """`<split>_openset.csv`, `<split>_reason.csv` and `<split>_subtitle.csv`."""

    purpose = "the tables of the MER challenges: name,openset; name,reason; name,chinese,english"
    has_row_clips = True
    media = "cut"

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._files: dict[str, GrowingFile] = {}
        self._names = ClipNames()

    @classmethod
    def reason_against(cls, unit: Unit) -> str:
        return "" if unit.labels or unit.description or unit.text else "that say nothing"

    def add(self, video: ExportedVideo) -> None:
        for unit in video.units:
            name = self._names.of(unit)
            self._add_labels(name, unit)
            self._add_reason(name, unit)
            self._add_subtitle(name, unit)

    def finish(self) -> None:
        for file in self._files.values():
            file.close()

    def _add_labels(self, name: str, unit: Unit) -> None:
        if not unit.labels:
            self.note("rows without labels are not in openset, where an empty list is neutral")
            return
        labels = [plain_label(label) for label in unit.labels]
        changed = sum(
            new != " ".join(old.split()) for new, old in zip(labels, unit.labels, strict=True)
        )
        self.note("labels have ’ ” ; for quotes and commas, at which the readers split", changed)
        listed = ", ".join(f"'{label}'" for label in dict.fromkeys(labels))
        self._line("openset", unit, (name, f"[{listed}]"))

    def _add_reason(self, name: str, unit: Unit) -> None:
        if unit.description:
            self._line("reason", unit, (name, unit.description))
        else:
            self.note("rows without a description are not in reason")

    def _add_subtitle(self, name: str, unit: Unit) -> None:
        if not unit.text:
            self.note("rows without a text are not in subtitle")
            return
        language = unit.row["language"]
        if language is None:
            language = _by_letters(unit.text)
            self.note("texts of unknown language are Chinese or English by their letters")
        if language not in _LANGUAGES:
            self.note("texts that are neither Chinese nor English are not in subtitle")
            return
        cells = [name, "", ""]
        cells[_LANGUAGES[language]] = unit.text
        self._line("subtitle", unit, cells)

    def _line(self, kind: str, unit: Unit, cells: Any) -> None:
        name = f"{unit.split}_{kind}.csv"
        if name not in self._files:
            self._files[name] = self.output.growing(name)
            self._files[name].write(csv_line(_HEADS[kind]))
        self._files[name].write(csv_line(cells))


def _by_letters(text: str) -> str | None:
    """`zh` for Chinese characters alone, `en` for Latin letters alone."""
    letters = {unicodedata.name(one, "").split(" ")[0] for one in text if one.isalpha()}
    return {"CJK": "zh", "LATIN": "en"}.get(letters.pop()) if len(letters) == 1 else None


def plain_label(label: str) -> str:
    """A label that no reader of such a list splits."""
    return " ".join(label.translate(_SPLITTING).split())
