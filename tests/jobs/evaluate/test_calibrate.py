"""From a run to calibration.json to a calibrated run, through the stage that makes confidences.

The untrained model hardly ever names a label, so what it says is put into its mouth; tokenizer,
folder, stage, files and command are real.
"""

import json
import math
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from jobs.command import main
from stages.generate import GenerateConfig, GenerateStage
from stages.generate.engines.engine import Answer, Engine, LanguageModel, Prompt, Sampling
from stages.generate.engines.opening import open_language_model
from stages.model import ModelConfig, model_identity
from stages.model.calibration import Calibration, read_calibration
from stages.model.folder import TINY
from stages.question import measured_kinds
from stages.rows import Row
from tests.models import copy_of_tiny
from tests.pipeline.conftest import RECORD, annotation, write_folder
from tests.pipeline.evaluation.corpora import write_truth

CONFIG = GenerateConfig(engine="transformers", max_description_tokens=2, max_label_tokens=8)
VIDEOS = 30
WORDS = ("happy", "sad", "angry", "afraid")


@dataclass
class Scripted:
    """An engine that names one label for each prompt, more or less surely."""

    engine: Engine
    tokenizer: object
    asked: int = 0
    name: str = "transformers"

    def generate(
        self,
        prompts: Sequence[Prompt],
        max_new_tokens: int,
        sampling: Sequence[Sampling | None] | None = None,
        at_once: int | None = None,
    ) -> list[Answer]:
        """Labels where labels are asked for, else two tokens of no account."""
        if max_new_tokens != CONFIG.max_label_tokens:
            return [Answer((300, 301), (-1.0, -1.0), True) for _ in prompts]
        return [self._label() for _ in prompts]

    def _label(self) -> Answer:
        self.asked += 1
        ids = tuple(self.tokenizer(WORDS[self.asked % 4], add_special_tokens=False).input_ids)
        return Answer(ids, (math.log(probability(self.asked)),) * len(ids), True)


def probability(number: int) -> float:
    """0.55 .. 0.95, of the label said n-th."""
    return 0.55 + 0.1 * (number % 5)


@pytest.fixture(scope="module")
def opened() -> LanguageModel:
    return open_language_model(CONFIG, ModelConfig(path="tiny"))


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A model of one's own, with the weights of the package's."""
    return copy_of_tiny(tmp_path / "model")


def annotated(
    opened: LanguageModel, model: Path, out: Path, config: GenerateConfig = CONFIG
) -> list[Row]:
    """The rows of a run with the model: a window with two utterances a video."""
    named = ModelConfig(path=str(model))
    engine = Scripted(opened.engine, opened.tokenizer)
    stage = GenerateStage(
        config, named, {"model": model_identity(named)}, lambda *_: replace(opened, engine=engine)
    )
    rows = list(stage([_window(f"v{video:02}.mp4") for video in range(VIDEOS)]))
    kept = (
        *("utterances", "description", "labels", "label_confidence", "abstained", "model"),
        *("micro_events", "face_events"),
    )
    windows = [annotation(row["video_id"], **{name: row[name] for name in kept}) for row in rows]
    record = {**RECORD, "config": {"generate": config.model_dump(mode="json")}}
    write_folder(out, windows, failures=[], record=record)
    return rows


def _window(video_id: str) -> Row:
    spoken = [
        {
            "index": index,
            "start_s": 3.0 * index,
            "end_s": 3.0 * index + 2,
            "speaker": None,
            "text": "I did not expect you.",
            "text_source": "sidecar",
            "text_confidence": None,
            "speaker_track": index,
        }
        for index in range(2)
    ]
    return {
        "video_id": video_id,
        "window_id": f"{video_id}#0",
        "window_index": 0,
        "uri": video_id,
        "warnings": [],
        "start_s": 0.0,
        "end_s": 8.0,
        "frame_times_s": [0.5 * frame for frame in range(16)],
        "visual_tokens": np.zeros((24, 144), np.float16),
        "utterances": spoken,
        "micro_events": [],
        "face_events": [_smile(start_s=0.5)] if int(video_id[1:3]) % 2 else [],
    }


def _smile(start_s: float) -> Row:
    """Of the first speaker, in the first utterance."""
    return {
        "event_id": 0,
        "track_id": 0,
        "kind": "macro",
        "region": "mouth",
        "action_units": [12],
        "movement": "lip corners pulled up",
        "onset_s": start_s,
        "apex_s": start_s + 0.5,
        "offset_s": start_s + 1.0,
        "intensity": None,
        "confidence": 0.9,
        "while_speaking": True,
        "strip": None,
    }


def truth_of(rows: list[Row], folder: Path) -> Path:
    """Right are the surer labels, and those of whom a face told."""
    true = [
        {
            "video_id": row["video_id"],
            "utterance_index": said["index"],
            "start_s": said["start_s"],
            "end_s": said["end_s"],
            "labels": said["labels"]
            if said["label_confidence"][0] > 0.8 or measured_kinds(row, said["index"])
            else ["disgusted"],
            "display": "macro",
            "text_role": "neutral",
        }
        for row in rows
        for said in row["utterances"]
    ]
    return write_truth(folder, true)


def confidences(rows: list[Row]) -> list[float]:
    return [said["label_confidence"][0] for row in rows for said in row["utterances"]]


def by_hand(rows: list[Row], calibration: Calibration) -> list[float]:
    return [
        calibration.applied(
            said["label_confidence"][0], said["labels"][0], measured_kinds(row, said["index"])
        )
        for row in rows
        for said in row["utterances"]
    ]


def test_a_run_is_calibrated_and_the_next_one_says_what_it_is_worth(
    opened: LanguageModel, model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    raw = annotated(opened, model, tmp_path / "raw")
    truth = truth_of(raw, tmp_path)
    first = ["evaluate", str(tmp_path / "raw"), str(truth), "--calibrate", str(model)]
    assert main(first) == 0
    assert "fitted on 60 labels of 30 videos" in capsys.readouterr().out
    found = read_calibration(model)
    assert found is not None
    assert found.fitted_on.model == raw[0]["model"]["revision"]

    after = annotated(opened, model, tmp_path / "calibrated")
    assert after[0]["model"]["revision"] != raw[0]["model"]["revision"]
    assert confidences(after) == by_hand(raw, found)
    assert found.measured["macro"] > 0.5
    worth = [_worth(tmp_path / name, truth) for name in ("raw", "calibrated")]
    for measure in ("ece_equal_mass", "aurc"):
        before, now = (each[measure]["value"] for each in worth)
        assert now < 0.7 * before

    strict = CONFIG.model_copy(update={"min_confidence": 0.5})
    kept = annotated(opened, model, tmp_path / "strict", strict)
    abstained = [said["abstained"] for row in kept for said in row["utterances"]]
    assert abstained == [chance < 0.5 for chance in by_hand(raw, found)]
    assert 0 < sum(abstained) < len(abstained)

    # A second map on top of the first is refused, and a second one in its place is not.
    again = ["evaluate", str(tmp_path / "calibrated"), str(truth), "--calibrate", str(model)]
    capsys.readouterr()
    assert main(again) == 1
    assert "were calibrated already" in capsys.readouterr().err
    assert main(first) == 0
    assert read_calibration(model) == found


def _worth(run: Path, truth: Path) -> Any:
    figures = run.with_suffix(".json")
    assert main(["evaluate", str(run), str(truth), "--json", str(figures)]) == 0
    return json.loads(figures.read_text())["confidence"]["scores"]


def test_answers_that_do_not_fit_the_model_are_refused(
    opened: LanguageModel, model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    raw = annotated(opened, model, tmp_path / "raw")
    truth = truth_of(raw, tmp_path)
    annotated(opened, model, tmp_path / "cut", CONFIG.model_copy(update={"min_confidence": 0.6}))
    table = tmp_path / "answers.jsonl"
    table.write_text(
        '{"video_id": "v00.mp4", "utterance_index": 0, "labels": ["sad"], "confidences": [0.7]}\n'
    )
    other = Path(shutil.copytree(model, tmp_path / "other"))
    (other / "generation_config.json").write_text('{"eos_token_id": 2}')
    cases = [
        (tmp_path / "cut", str(model), "generate.min_confidence=0.6"),
        (table, str(model), "is not the folder of a run"),
        (tmp_path / "raw", str(other), "are from a model of revision"),
        (tmp_path / "raw", "tiny", "is never written to"),
        (tmp_path / "raw", str(TINY), "is never written to"),
        (tmp_path / "raw", str(tmp_path / "nowhere"), "there is no such folder"),
        (tmp_path / "raw", str(tmp_path), "config.json"),
    ]
    shipped = (TINY / "calibration.json").read_bytes()
    for predictions, folder, fault in cases:
        assert main(["evaluate", str(predictions), str(truth), "--calibrate", folder]) == 1
        assert fault in " ".join(capsys.readouterr().err.split())
    assert not list(tmp_path.glob("*/calibration.json"))
    assert (TINY / "calibration.json").read_bytes() == shipped


def test_too_few_labels_make_no_map(
    opened: LanguageModel, model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    raw = annotated(opened, model, tmp_path / "raw")
    truth = truth_of(raw[:20], tmp_path)
    arguments = ["evaluate", str(tmp_path / "raw"), str(truth), "--calibrate", str(model)]
    assert main(arguments) == 1
    assert "40 predicted labels" in capsys.readouterr().err
    assert read_calibration(model) is None
