"""Tasks for Label Studio, a task for each row, with the labelling configuration they need.

Frames count from 1 and a range holds its last one, as Label Studio counts them.
"""

import json
from typing import Any
from xml.sax.saxutils import quoteattr

from pipeline.export.formats.clips import ClipOfVideo, clips_of, without_frames
from pipeline.export.formats.format import Format
from pipeline.export.formats.xml_text import for_xml
from pipeline.export.unit import ExportedVideo, Unit
from pipeline.label_studio import (
    DESCRIPTION,
    EMOTION,
    LEFT_OUT,
    NO_EMOTION,
    TRANSCRIPT,
    UNSURE,
    VERDICT,
    VIDEO,
    WORDS,
)
from stages.rows import Row

_SHOWN = (
    *("unit_id", "video_id", "utterance_index", "window_index", "start_s", "end_s", "speaker"),
    *("text", "description", "labels", "label_confidence", "config_hash", "split"),
)
_NO_LABEL = "(a label of your own)"


class LabelStudio(Format):
    """`tasks.json` with the machine's or the reviewer's answer as prediction, and `labelling.xml`.

    What people make of the tasks comes back by `microemo review DIR --import`.
    """

    purpose = "tasks for Label Studio with predictions, and their labelling configuration"
    is_told_by_clip = False

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._tasks = self.output.growing("tasks.json")
        self._labels: set[str] = set()
        self._count = 0

    @classmethod
    def reason_against(cls, unit: Unit) -> str:
        return without_frames(unit)

    def add(self, video: ExportedVideo) -> None:
        for clip in clips_of(video):
            for unit in clip.units:
                self._labels.update(map(for_xml, unit.labels))
                task = json.dumps(_task(clip, unit), ensure_ascii=False)
                self._tasks.write(f"{',' if self._count else '['}\n{task}")
                self._count += 1

    def finish(self) -> None:
        self._tasks.write("\n]\n")
        self._tasks.close()
        self.output.write("labelling.xml", _configuration(sorted(self._labels)).encode())


def _task(clip: ClipOfVideo, unit: Unit) -> Row:
    first = clip.first_frame(unit.start_s)
    last = clip.last_frame(unit.start_s, unit.end_s)
    data = {name: unit.row[name] for name in _SHOWN}
    data |= {"video": clip.clip.uri, "fps": clip.clip.fps, "begins_s": clip.clip.begins_s}
    data |= {"frames": [first, last]}
    labels = [for_xml(label) for label in unit.labels]
    span = {"ranges": [{"start": first, "end": last}], "timelinelabels": labels}
    choices = [] if unit.labels else [NO_EMOTION]
    regions = [
        *([_region(EMOTION, "timelinelabels", span)] if unit.labels else []),
        *([_region(VERDICT, "choices", {"choices": choices})] if choices else []),
        *_texts(DESCRIPTION, unit.description),
        *_texts(TRANSCRIPT, unit.text),
    ]
    model = [unit.row["model_name"], unit.row["model_revision"]]
    prediction: Row = {
        "model_version": " ".join(filter(None, model)) or "unknown",
        "result": regions,
    }
    if unit.confidence is not None:
        prediction["score"] = round(unit.confidence, 4)
    return {"data": data, "predictions": [prediction]}


def _texts(name: str, text: str) -> list[Row]:
    return [_region(name, "textarea", {"text": [text]})] if text else []


def _region(name: str, kind: str, value: Row) -> Row:
    return {"id": name, "from_name": name, "to_name": VIDEO, "type": kind, "value": value}


def _configuration(labels: list[str]) -> str:
    """The labelling configuration with all labels of the export."""
    offered = "".join(f"    <Label value={quoteattr(label)}/>\n" for label in labels or [_NO_LABEL])
    choices = "".join(
        f"    <Choice value={quoteattr(choice)}/>\n" for choice in (NO_EMOTION, LEFT_OUT, UNSURE)
    )
    return f"""<View>
  <Header value="$unit_id"/>
  <Video name="{VIDEO}" value="$video" frameRate="$fps" timelineHeight="120"/>
  <TimelineLabels name="{EMOTION}" toName="{VIDEO}" choice="multiple">
{offered}  </TimelineLabels>
  <Header value="Further emotions, in free words, each by itself"/>
  <TextArea name="{WORDS}" toName="{VIDEO}" rows="1" editable="true"/>
  <Header value="Description"/>
  <TextArea name="{DESCRIPTION}" toName="{VIDEO}" rows="4" editable="true" maxSubmissions="1"/>
  <Header value="What is said"/>
  <TextArea name="{TRANSCRIPT}" toName="{VIDEO}" rows="2" editable="true" maxSubmissions="1"/>
  <Choices name="{VERDICT}" toName="{VIDEO}" choice="single">
{choices}  </Choices>
</View>
"""
