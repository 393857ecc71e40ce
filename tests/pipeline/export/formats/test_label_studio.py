"""Tasks for Label Studio, and what people made of them taken over again."""

import json
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.dataset.folder import DatasetFolder
from pipeline.export.order import Order
from pipeline.export.run import Exported, export
from pipeline.reviews.decision import Decision
from pipeline.reviews.importing.taking_over import TakenOver, take_over
from pipeline.reviews.store import DecisionLog, read_decisions
from stages.faults import SetupError
from tests.pipeline.export.hard_texts import HARD_DESCRIPTION, HARD_LABELS, HARD_TEXT

Export = Callable[..., tuple[Path, Exported]]
Task = dict[str, Any]
WHEN = "2026-05-01T10:00:00.123456Z"


@pytest.fixture
def tasks(exported: Export) -> dict[str, Task]:
    """What was exported, by row."""
    out, _ = exported("label-studio")
    read = json.loads((out / "tasks.json").read_text("utf-8"))
    return {task["data"]["unit_id"]: task for task in read}


def _annotated(task: Task, number: int = 1, **changes: Any) -> Task:
    """A task with its prediction submitted as it is, as an export has it."""
    own = {
        "id": number,
        "completed_by": {"id": 3, "email": "anna@example.org"},
        "was_cancelled": False,
        "ground_truth": False,
        "lead_time": 7.5,
        "created_at": WHEN,
        "updated_at": WHEN,
        "result": task["predictions"][0]["result"],
    }
    return {"id": 1, "data": task["data"], "annotations": [{**own, **changes}]}


def _take(run: DatasetFolder, folder: Path, tasks: list[Task], who: str | None = None) -> TakenOver:
    file = folder / "annotated.json"
    file.write_text(json.dumps(tasks), "utf-8")
    return take_over(run, str(file), who)


def _regions(task: Task, **values: Any) -> list[Task]:
    """Regions by control, in place of those of the prediction."""
    keys = {"emotion": "timelinelabels", "verdict": "choices"}
    return [
        {"from_name": name, "to_name": "video", "type": keys.get(name, "textarea"), "value": value}
        for name, value in values.items()
    ]


def test_a_task_says_what_stands_in_the_row(tasks: dict[str, Task]) -> None:
    task = tasks["a#u0"]
    data, (prediction,) = task["data"], task["predictions"]
    assert (data["video"], data["fps"], data["frames"]) == ("/videos/a.mp4", 25.0, [26, 100])
    assert prediction["model_version"] == "tiny 0a1b2c3d4e5f"
    assert prediction["score"] == 0.9
    values = {region["from_name"]: region["value"] for region in prediction["result"]}
    assert values["emotion"] == {
        "ranges": [{"start": 26, "end": 100}],
        "timelinelabels": HARD_LABELS,
    }
    assert values["description"]["text"] == [HARD_DESCRIPTION]
    assert values["transcript"]["text"] == [HARD_TEXT]
    (only,) = tasks["a#u2"]["predictions"][0]["result"][:1]
    assert only["value"] == {"choices": ["no emotion can be named"]}


def test_the_configuration_offers_every_label(exported: Export) -> None:
    out, _ = exported("label-studio")
    root = ET.parse(out / "labelling.xml").getroot()
    assert {label.attrib["value"] for label in root.iter("Label")} == {*HARD_LABELS, "fear", "joy"}
    (video,) = root.iter("Video")
    assert (video.attrib["value"], video.attrib["frameRate"]) == ("$video", "$fps")


def test_a_prediction_that_was_let_stand_is_accepted(
    hard_run: DatasetFolder, tmp_path: Path, tasks: dict[str, Task]
) -> None:
    given = [_annotated(tasks["a#u0"]), _annotated(tasks["a#u2"])]
    assert _take(hard_run, tmp_path, given).kept == 2
    first, empty = sorted(read_decisions(hard_run), key=lambda one: one.utterance_index or 0)
    assert (first.verdict, first.labels, first.text) == ("accepted", tuple(HARD_LABELS), HARD_TEXT)
    assert (first.reviewer, first.seconds, first.task) == ("anna@example.org", 7.5, "review")
    assert first.start_s is None
    assert (empty.verdict, empty.labels) == ("accepted", ())
    again = _take(hard_run, tmp_path, given)
    assert (again.kept, again.known) == (0, 2)


def test_what_was_changed_is_a_correction(
    hard_run: DatasetFolder, tmp_path: Path, tasks: dict[str, Task]
) -> None:
    result = _regions(
        tasks["a#u0"],
        emotion={"ranges": [{"start": 51, "end": 100}], "timelinelabels": ["relief"]},
        words={"text": ["So Glad", "שמחה"]},
        description={"text": ["New."]},
    )
    assert _take(hard_run, tmp_path, [_annotated(tasks["a#u0"], result=result)]).kept == 1
    (one,) = read_decisions(hard_run)
    assert one.verdict == "corrected"
    assert one.labels == ("relief", "so glad", "שמחה")
    assert (one.description, one.text) == ("New.", HARD_TEXT)
    assert (one.start_s, one.end_s) == (2.0, None)  # frame 51 begins 50 frames after the first
    assert (one.row_start_s, one.row_end_s) == (1.0, 4.0)


def test_choices_say_what_labels_cannot(
    hard_run: DatasetFolder, tmp_path: Path, tasks: dict[str, Task]
) -> None:
    task = tasks["a#u0"]
    said = ("leave this out", "I cannot tell", "no emotion can be named")
    given = [
        _annotated(tasks[unit], result=_regions(task, verdict={"choices": [choice]}))
        for unit, choice in zip(("a#u0", "a#u1", "b#u0"), said, strict=True)
    ]
    assert _take(hard_run, tmp_path, given).kept == 3
    by_row = {(one.video_id, one.utterance_index): one for one in read_decisions(hard_run)}
    assert by_row["a", 0].verdict == "rejected"
    assert by_row["a", 1].verdict == "unsure"
    assert (by_row["b", 0].verdict, by_row["b", 0].labels) == ("corrected", ())


def test_several_people_decided_blind_and_the_ground_truth_adjudicates(
    hard_run: DatasetFolder, tmp_path: Path, tasks: dict[str, Task]
) -> None:
    task = _annotated(tasks["a#u1"])
    task["annotations"] += _annotated(tasks["a#u1"], 2, completed_by=4)["annotations"]
    truth = {"completed_by": 5, "ground_truth": True}
    task["annotations"] += _annotated(tasks["a#u1"], 3, **truth)["annotations"]
    task["annotations"] += _annotated(tasks["a#u1"], 4, was_cancelled=True)["annotations"]
    taken = _take(hard_run, tmp_path, [task])
    assert (taken.kept, "1 annotations were skipped" in taken.notices[0]) == (3, True)
    assert {one.reviewer: one.task for one in read_decisions(hard_run)} == {
        "anna@example.org": "double",
        "label-studio user 4": "double",
        "label-studio user 5": "adjudication",
    }
    with pytest.raises(SetupError, match="holds decisions of 3 people"):
        _take(hard_run, tmp_path, [task], "anna")


def test_one_person_can_be_named(
    hard_run: DatasetFolder, tmp_path: Path, tasks: dict[str, Task]
) -> None:
    _take(hard_run, tmp_path, [_annotated(tasks["a#u1"])], "anna")
    assert [one.reviewer for one in read_decisions(hard_run)] == ["anna"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"result": []}, "annotation 1 names no emotion; choose 'no emotion can be named'"),
        ({"result": [{"from_name": "words", "value": {"text": [3]}}]}, r"result\.0\.value\.text"),
    ],
)
def test_an_annotation_that_says_nothing_stops_all(
    hard_run: DatasetFolder, tmp_path: Path, tasks: dict[str, Task], change: Task, told: str
) -> None:
    given = [_annotated(tasks["a#u1"]), _annotated(tasks["a#u0"], **change)]
    with pytest.raises(SetupError, match=told):
        _take(hard_run, tmp_path, given)
    assert read_decisions(hard_run) == []


def test_other_tasks_are_no_export_of_ours(hard_run: DatasetFolder, tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="is no task that `microemo export --to label-studio`"):
        _take(hard_run, tmp_path, [{"data": {"video": "a.mp4"}, "annotations": []}])
    (tmp_path / "min.json").write_text("{}")
    with pytest.raises(SetupError, match="is no list of tasks"):
        take_over(hard_run, str(tmp_path / "min.json"), None)


def test_characters_that_xml_forbids_stand_in_no_label(
    hard_run: DatasetFolder, tmp_path: Path
) -> None:
    DecisionLog(hard_run).add(
        Decision(
            reviewer="anna",
            video_id="b",
            window_index=0,
            utterance_index=0,
            row_start_s=1.0,
            row_end_s=4.0,
            verdict="corrected",
            labels=("jo\x00y", "<&\n>"),
        )
    )
    out = tmp_path / "out"
    export(hard_run, str(out), Order("label-studio", where="video_id = 'b'"))
    root = ET.parse(out / "labelling.xml").getroot()
    offered = {label.attrib["value"] for label in root.iter("Label")}
    (task,) = json.loads((out / "tasks.json").read_text("utf-8"))
    assert set(task["predictions"][0]["result"][0]["value"]["timelinelabels"]) == offered
    assert offered == {"joy", "<&\n>"}
