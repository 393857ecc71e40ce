"""Rows to train on with TRL, whose trainers take pictures and no video: stills of each clip."""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.dataset.folder import PARQUET
from pipeline.export.formats import conversation
from pipeline.export.formats.format import Format
from pipeline.export.media.stills import stills
from pipeline.export.output import Output
from pipeline.export.unit import ExportedVideo, Unit
from stages.rows import Row

_STILLS = 8
_MOST_APEXES = 4
_ROWS_AT_ONCE = 32

_MESSAGES = pa.list_(pa.struct([("role", pa.string()), ("content", pa.string())]))
_IMAGES = pa.list_(pa.struct([("bytes", pa.binary()), ("path", pa.string())]))


class Trl(Format):
    """`<split>.parquet` with `prompt`, `completion` and `images`, for `datasets` and TRL."""

    purpose = "prompts, completions and stills for TRL"
    has_row_clips = True
    media = "cut"

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._rows = PicturedRows(self.output, "{split}.parquet", ("prompt", "completion"))

    @classmethod
    def reason_against(cls, unit: Unit) -> str:
        return conversation.reason_against(unit) or conversation.without_picture(unit)

    def add(self, video: ExportedVideo) -> None:
        for unit in video.units:
            self._rows.add(
                unit.split,
                {
                    "id": unit.unit_id,
                    "prompt": message("user", conversation.question(unit)),
                    "completion": message("assistant", conversation.answer(unit)),
                    "images": pictures(self, unit),
                },
            )

    def finish(self) -> None:
        self._rows.close()

    @property
    def advice(self) -> list[str]:
        return [
            f"TRL takes no video: a row has {_STILLS} stills of its clip, evenly spaced, and one "
            f"at the apex of each micro-expression ({_MOST_APEXES} at most)."
        ]


def message(role: str, content: str) -> list[Row]:
    """A conversation of one message."""
    return [{"role": role, "content": content}]


def pictures(form: Format, unit: Unit) -> list[Row]:
    """Stills of the clip of a unit, as `datasets` holds images."""
    clip = unit.clip
    found = stills(form.place_of(clip), _times_s(unit))
    return [{"bytes": each, "path": None} for each in found]


def _times_s(unit: Unit) -> Sequence[float]:
    """Of the stills, ascending, seconds of the clip."""
    begins_s = unit.clip.begins_s
    even = np.linspace(unit.start_s, unit.end_s, _STILLS, endpoint=False)
    apexes = conversation.micro_apexes_s(unit)[:_MOST_APEXES]
    return sorted({max(float(time_s) - begins_s, 0.0) for time_s in (*even, *apexes)})


class PicturedRows:
    """Parquet files of rows with pictures, one for each split."""

    def __init__(self, output: Output, pattern: str, messages: Sequence[str]) -> None:
        """
        Args:
            output: where the files go.
            pattern: of their names, with `{split}` in it.
            messages: columns that hold messages, beside `id` and `images`.
        """
        columns = [("id", pa.string()), *((name, _MESSAGES) for name in messages)]
        features = json.dumps({"info": {"features": _features(messages)}})
        self._columns = pa.schema([*columns, ("images", _IMAGES)]).with_metadata(
            {"huggingface": features}
        )
        self._output = output
        self._pattern = pattern
        self._files: dict[str, Any] = {}
        self._waiting: dict[str, list[Row]] = {}

    def add(self, split: str, row: Row) -> None:
        """Take a row."""
        if split not in self._files:
            file = self._output.growing(self._pattern.format(split=split))
            self._files[split] = file, pq.ParquetWriter(file.stream, self._columns, **PARQUET)
            self._waiting[split] = []
        self._waiting[split].append(row)
        if len(self._waiting[split]) == _ROWS_AT_ONCE:
            self._flush(split)

    def close(self) -> None:
        """Put the files into the export.

        Raises:
            stages.faults.SetupError: one cannot be written.
        """
        for split, (file, writer) in self._files.items():
            self._flush(split)
            writer.close()
            file.close()

    def _flush(self, split: str) -> None:
        _, writer = self._files[split]
        writer.write_table(pa.Table.from_pylist(self._waiting[split], schema=self._columns))
        self._waiting[split] = []


def _features(messages: Sequence[str]) -> Row:
    """The columns in the words of `datasets`, which knows by them that images are pictures."""
    text = {"dtype": "string", "_type": "Value"}
    spoken = {"feature": {"role": text, "content": text}, "_type": "List"}
    images = {"feature": {"_type": "Image"}, "_type": "List"}
    return {"id": text, **dict.fromkeys(messages, spoken), "images": images}
