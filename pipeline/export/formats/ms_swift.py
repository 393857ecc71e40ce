"""Rows to train on with ms-swift: how sure a row is, and the frame rate of its clip, with each."""

from typing import Any

from pipeline.export.formats import conversation
from pipeline.export.formats.format import Format
from pipeline.export.formats.lines import LinesBySplit
from pipeline.export.formats.llama_factory import row, sound_of
from pipeline.export.unit import ExportedVideo, Unit
from stages.rows import Row

_MOST_PIXELS = 128 * 28 * 28  # of a frame: 128 tokens of Qwen's vision models
_USUAL_FPS = 25.0


class MsSwift(Format):
    """`<split>.jsonl`, and `<split>_sound.jsonl` of the rows that have sound, with it as WAV."""

    purpose = "rows for ms-swift, weighted by confidence, each with the frame rate of its clip"
    has_row_clips = True
    media = "cut"

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._seen = LinesBySplit(self.output, "{split}.jsonl")
        self._heard = LinesBySplit(self.output, "{split}_sound.jsonl")

    @classmethod
    def reason_against(cls, unit: Unit) -> str:
        return conversation.reason_against(unit) or conversation.without_picture(unit)

    def add(self, video: ExportedVideo) -> None:
        for unit in video.units:
            self._seen.add(unit.split, weighted(row(unit, ()), unit))
            sound = sound_of(self, unit)
            if sound:
                self._heard.add(unit.split, weighted(row(unit, (sound,)), unit))

    def finish(self) -> None:
        for lines in (self._seen, self._heard):
            lines.close()

    @property
    def advice(self) -> list[str]:
        return [
            "ms-swift takes every loss_scale above 0 for 1 unless it runs with "
            "--is_binary_loss_scale false. Paths are relative to this folder: run it there, or "
            "with ROOT_IMAGE_DIR set to it."
        ]


def weighted(row: Row, unit: Unit) -> Row:
    """The row with the weight of its answer and with how its clip is sampled."""
    weight = 1.0 if unit.confidence is None else round(unit.confidence, 4)
    asked, answered = row["messages"]
    return {
        **row,
        "messages": [asked, {**answered, "loss_scale": weight}],
        "chat_template_kwargs": sampling(unit),
    }


def sampling(unit: Unit) -> Row:
    """The rate at which every frame of a clip is seen."""
    return {"fps": unit.clip.fps or _USUAL_FPS, "max_pixels": _MOST_PIXELS}
