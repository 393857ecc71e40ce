"""Rows to train on with LLaMA-Factory: ShareGPT's form with video, and with video and sound."""

import math
from typing import Any

from pipeline.export.formats import conversation
from pipeline.export.formats.format import Format
from pipeline.export.formats.lines import LinesBySplit
from pipeline.export.formats.pace import Pace
from pipeline.export.media.wave_file import write_wave
from pipeline.export.unit import ExportedVideo, Unit
from stages.rows import Row

TAGS = {
    "role_tag": "role",
    "content_tag": "content",
    "user_tag": "user",
    "assistant_tag": "assistant",
}
"""What `dataset_info.json` says of messages."""


class LlamaFactory(Format):
    """`<split>.jsonl`, `<split>_sound.jsonl` and `dataset_info.json`.

    The rows of the second are those that have sound, with the same clips and their sound as WAV:
    a model that takes no sound refuses them.
    """

    purpose = "rows for LLaMA-Factory, and their dataset_info.json"
    has_row_clips = True
    media = "cut"

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._seen = LinesBySplit(self.output, "{split}.jsonl")
        self._heard = LinesBySplit(self.output, "{split}_sound.jsonl")
        self._pace = Pace()

    @classmethod
    def reason_against(cls, unit: Unit) -> str:
        return conversation.reason_against(unit) or conversation.without_picture(unit)

    def add(self, video: ExportedVideo) -> None:
        for unit in video.units:
            self._pace.take(unit)
            self._seen.add(unit.split, row(unit, ()))
            sound = sound_of(self, unit)
            if sound:
                self._heard.add(unit.split, row(unit, (sound,)))

    def finish(self) -> None:
        told: Row = {}
        for lines, suffix, more in (
            (self._seen, "", {}),
            (self._heard, "_sound", {"audios": "audios"}),
        ):
            lines.close()
            for split in lines.splits:
                told[f"microemo_{split}{suffix}"] = {
                    "file_name": lines.name(split),
                    "formatting": "sharegpt",
                    "columns": {"messages": "messages", "videos": "videos", **more},
                    "tags": TAGS,
                }
        self.output.write_json("dataset_info.json", told)

    @property
    def advice(self) -> list[str]:
        return [
            "LLaMA-Factory takes 2 frames a second, at most 128, unless told otherwise, and a "
            "micro-expression may be over between two of them. For every frame of these clips set "
            f"video_fps: {math.floor(self._pace.fps) + 1} and video_maxlen: {self._pace.frames}."
        ]


def row(unit: Unit, audios: tuple[str, ...]) -> Row:
    """A row with as many marks as it has media."""
    marks = "<video>" + "<audio>" * len(audios)
    messages = [
        {"role": "user", "content": f"{marks}\n{conversation.question(unit)}"},
        {"role": "assistant", "content": conversation.answer(unit)},
    ]
    more = {"audios": list(audios)} if audios else {}
    return {"id": unit.unit_id, "messages": messages, "videos": [unit.clip.uri], **more}


def sound_of(form: Format, unit: Unit) -> str:
    """The sound of a unit as a file of its own, which is written; "" where there is none."""
    if not unit.clip.has_audio:
        return ""
    name = f"sound/{unit.name}.wav"
    return name if write_wave(form.output, name, form.place_of(unit.clip)) else ""
