"""A folder that Hugging Face's `datasets` loads as videos with their rows."""

from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.dataset.folder import PARQUET
from pipeline.export.formats import conversation
from pipeline.export.formats.format import Format
from pipeline.export.formats.hugging_face_card import card
from pipeline.export.unit import ExportedVideo, Unit
from stages.faults import SetupError
from stages.rows import Row

_ROWS_AT_ONCE = 4096
_LICENCES = ("license", "licence")
_ENTRIES = pa.list_(pa.struct([("key", pa.string()), ("value", pa.string())]))


class HuggingFace(Format):
    """`README.md`, and for each split a folder with its clips and `metadata.parquet`."""

    purpose = "a folder with a card that Hugging Face's datasets loads as videos (VideoFolder)"
    media = "cut"
    media_by_split = True

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        if self.order.media == "link":
            raise SetupError(
                "--media link: hugging-face holds its videos in its own folder. Give --media cut, "
                "or copy."
            )
        fields = [pa.field(field.name, _kind(field.type)) for field in self.columns]
        self._columns = pa.schema(
            [
                pa.field("file_name", pa.string()),
                *fields,
                pa.field("machine_description", pa.string()),
                pa.field("machine_labels", pa.list_(pa.string())),
                pa.field("media_begins_s", pa.float64()),
                pa.field("license", pa.string()),
            ]
        )
        self._files: dict[str, Any] = {}
        self._waiting: dict[str, list[Row]] = {}
        self._licences: set[str | None] = set()

    @classmethod
    def reason_against(cls, unit: Unit) -> str:
        return conversation.without_picture(unit)

    def add(self, video: ExportedVideo) -> None:
        for unit in video.units:
            if unit.split not in self._files:
                file = self.output.growing(f"{unit.split}/metadata.parquet")
                writer = pq.ParquetWriter(file.stream, self._columns, **PARQUET)
                self._files[unit.split], self._waiting[unit.split] = (file, writer), []
            waiting = self._waiting[unit.split]
            waiting.append(self._row(unit))
            if len(waiting) == _ROWS_AT_ONCE:
                self._flush(unit.split)

    def finish(self) -> None:
        for split, (file, writer) in self._files.items():
            self._flush(split)
            writer.close()
            file.close()
        licence = next(iter(self._licences)) if len(self._licences) == 1 else None
        self.output.write("README.md", card(list(self._files), self._columns, licence).encode())

    def _row(self, unit: Unit) -> Row:
        extra = unit.extra
        licence = next((extra[name] for name in _LICENCES if extra.get(name)), None)
        self._licences.add(licence)
        return {
            **unit.row,
            "file_name": unit.clip.uri.rpartition("/")[2],
            "extra": [{"key": key, "value": value} for key, value in extra.items()],
            "machine_description": unit.machine.description,
            "machine_labels": list(unit.machine.labels),
            "media_begins_s": unit.clip.begins_s,
            "license": licence,
        }

    def _flush(self, split: str) -> None:
        _, writer = self._files[split]
        writer.write_table(pa.Table.from_pylist(self._waiting[split], schema=self._columns))
        self._waiting[split] = []


def _kind(kind: pa.DataType) -> pa.DataType:
    """Of a column; `datasets` has no maps."""
    return _ENTRIES if pa.types.is_map(kind) else kind
