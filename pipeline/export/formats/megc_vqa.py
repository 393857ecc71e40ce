"""Questions and answers on the movements of faces, as the MEGC tasks of question answering ask.

Frames count from 1, within the clip.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from pipeline.action_units import in_words
from pipeline.export.formats.clips import (
    ClipOfVideo,
    Event,
    action_units,
    clips_of,
    without_frames,
)
from pipeline.export.formats.format import Format
from pipeline.export.output import GrowingFile
from pipeline.export.unit import ExportedVideo, Unit

_DATASET = "microemo"
_KINDS = {
    "expression": ("micro", "macro"),
    "micro-expression": ("micro",),
    "macro-expression": ("macro",),
}

Pair = tuple[str, str]
"""A question and its answer."""


class MegcVqa(Format):
    """`<split>.jsonl`: `dataset, subject, filename, video, video_id, question, answer`."""

    purpose = "questions and answers on micro- and macro-expressions, as in MEGC"

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._files: dict[str, GrowingFile] = {}

    @classmethod
    def reason_against(cls, unit: Unit) -> str:
        if unit.window["micro_events"] is None:
            return "in a window that nobody searched for events"
        return without_frames(unit)

    def add(self, video: ExportedVideo) -> None:
        for clip in clips_of(video):
            split = clip.units[0].split
            if split not in self._files:
                self._files[split] = self.output.growing(f"{split}.jsonl")
            for question, answer in questions(clip):
                self._files[split].write_line(
                    {
                        "dataset": _DATASET,
                        "subject": _subject(clip),
                        "filename": clip.name,
                        "video": clip.clip.uri,
                        "video_id": video.video_id,
                        "question": question,
                        "answer": answer,
                    }
                )

    def finish(self) -> None:
        for file in self._files.values():
            file.close()


def _subject(clip: ClipOfVideo) -> str:
    """Who is seen: the speaker, where there is one; else the video."""
    speakers = {unit.row["speaker"] for unit in clip.units}
    return (speakers.pop() if len(speakers) == 1 else None) or clip.video.stem


def questions(clip: ClipOfVideo) -> Iterator[Pair]:
    """What is asked of a clip, and the answers by what was measured."""
    for name, kinds in _KINDS.items():
        events = clip.events(*kinds)
        yield f"How many {name} events are in this video?", str(len(events))
        yield (
            f"How many {name} events are in this video? Localize every {name} event.",
            _localized(clip, name, events),
        )
    every = clip.events("micro", "macro")
    for number, event in enumerate(every, 1):
        yield (
            f"What is the expression type of the {number}-th expression event of this video?",
            _kind(event),
        )
    units = sorted({unit for event in every for unit in action_units(event)})
    yield (
        "What distinct action units occur in this video?",
        ", ".join(in_words(units)) or "none",
    )


def _localized(clip: ClipOfVideo, name: str, events: Sequence[Event]) -> str:
    """`2 expression events. 1-th macro-expression: frames 557-608 (apex 572), ...`"""
    counted = f"{len(events)} {name} event{'' if len(events) == 1 else 's'}"
    places = "; ".join(_place(clip, number, event) for number, event in enumerate(events, 1))
    return f"{counted}. {places}" if places else counted


def _place(clip: ClipOfVideo, number: int, event: Event) -> str:
    first = clip.first_frame(event["onset_s"])
    last = clip.last_frame(event["onset_s"], event["offset_s"])
    apex = min(max(clip.first_frame(event["apex_s"]), first), last)
    return (
        f"{number}-th {_kind(event)}: frames {first}-{last} (apex {apex}), "
        f"{clip.at(event['onset_s']):.2f}s-{clip.at(event['offset_s']):.2f}s"
    )


def _kind(event: Event) -> str:
    return f"{event['kind']}-expression"
