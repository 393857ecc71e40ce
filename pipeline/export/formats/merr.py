"""The files of MERR, as Emotion-LLaMA loads them, a set of three for each split."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.action_units import in_words
from pipeline.evaluation.wheels.own import vocabulary
from pipeline.export.formats.clip_names import ClipNames
from pipeline.export.formats.clips import (
    ClipOfVideo,
    Event,
    action_units,
    clips_of,
    without_frames,
)
from pipeline.export.formats.csv_text import csv_line
from pipeline.export.formats.format import Format
from pipeline.export.unit import ExportedVideo, Unit
from stages.faults import SetupError
from stages.rows import Row

_OF_BASE = {"worried": "worried", "hesitant": "doubt"}
"""Two of MERR's nine emotions are narrower than a family."""
_OF_FAMILY = {
    "neutral": "neutral",
    "anger": "angry",
    "happiness": "happy",
    "sadness": "sad",
    "surprise": "surprise",
    "fear": "fear",
    "contempt": "contempt",
}
_UNFIT = re.compile(r"\s")


class Merr(Format):
    """`<split>_MERR.json`, `<split>_MERR.txt` and `<split>_transcription.csv`.

    What was not measured has no key: the movements of faces without the stage that looks for
    them, the voice without sound.
    """

    purpose = "the files of MERR, as Emotion-LLaMA loads them"
    has_row_clips = True
    media = "cut"

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._names = ClipNames()
        self._rows: dict[str, dict[str, Row]] = defaultdict(dict)
        self._lines: dict[str, list[str]] = defaultdict(list)
        self._texts: dict[str, list[str]] = defaultdict(list)

    @classmethod
    def reason_against(cls, unit: Unit) -> str:
        if merr_emotion(unit.labels) is None:
            return "without a label that means one of MERR's nine"
        return without_frames(unit)

    def add(self, video: ExportedVideo) -> None:
        for clip in clips_of(video):
            for unit in clip.units:
                self._add(clip, unit, self._names.of(unit))

    def finish(self) -> None:
        for split, rows in self._rows.items():
            self.output.write_json(f"{split}_MERR.json", rows)
            self._write(f"{split}_MERR.txt", self._lines[split])
            head = csv_line(("name", "sentence"))
            self._write(f"{split}_transcription.csv", [head, *self._texts[split]])

    def _write(self, name: str, lines: Sequence[str]) -> None:
        self.output.write(name, "".join(lines).encode("utf-8", "replace"))

    def _add(self, clip: ClipOfVideo, unit: Unit, name: str) -> None:
        if _UNFIT.search(name):
            raise SetupError(
                f"{unit.clip.uri}: MERR has no names with blanks. Export with --media cut or copy."
            )
        emotion = merr_emotion(unit.labels)
        self._rows[unit.split][name] = {
            **self._of_face(clip),
            **self._of_voice(unit),
            "pseu_emotion": emotion,
            "text": unit.text,
            "smp_reason_caption": unit.description,
        }
        self._lines[unit.split].append(f"{name} {clip.frame_count} {emotion}\n")
        if unit.text:
            self._texts[unit.split].append(csv_line((name, unit.text)))

    def _of_face(self, clip: ClipOfVideo) -> Row:
        if not clip.looks_for_events:
            self.note("rows say nothing of faces (AU_list, peak_index ...): nobody looked")
            return {}
        events = clip.events("micro", "macro")
        units = sorted({unit for event in events for unit in action_units(event)})
        return {
            "AU_list": [f"AU{unit:02}_r" for unit in units],
            "visual_prior_list": in_words(units),
            **_peak(clip, events),
        }

    def _of_voice(self, unit: Unit) -> Row:
        words = unit.row["voice_words"]
        if not words:
            self.note("rows say nothing of the voice (audio_prior_list): it was not measured")
            return {}
        return {"audio_prior_list": [words]}


def _peak(clip: ClipOfVideo, events: Sequence[Event]) -> Mapping[str, Any]:
    """The frame, from 1, of the strongest movement, and its units; nothing where there is none."""
    if not events:
        return {}
    strongest = max(events, key=lambda event: event["intensity"] or 0.0)
    return {
        "peak_index": str(clip.first_frame(strongest["apex_s"])),
        "peak_AU_list": [f"AU{unit:02}" for unit in action_units(strongest)],
    }


def merr_emotion(labels: Sequence[str]) -> str | None:
    """That of MERR's nine which the first label with one means; None where none has one."""
    words = vocabulary()
    for label in labels:
        base = words.base_of.get(label.strip().lower())
        if base is not None and (base in _OF_BASE or words.family_of[base] in _OF_FAMILY):
            return _OF_BASE.get(base) or _OF_FAMILY[words.family_of[base]]
    return None
