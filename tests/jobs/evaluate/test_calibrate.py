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

import numpy as np
import pytest

from jobs.command import main
from stages.generate import GenerateConfig, GenerateStage
from stages.generate.engines.engine import Answer, Engine, LanguageModel, Prompt, Sampling
from stages.generate.engines.opening import open_language_model
from stages.model import ModelConfig, model_identity
from stages.model.calibration import read_calibration
from stages.model.folder import TINY
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
    kept = ("utterances", "description", "labels", "label_confidence", "abstained", "model")
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
    }


def truth_of(rows: list[Row], folder: Path) -> Path:
    """Two labels in five are right, all of them among the surer ones."""
    true = [
        {
            "video_id": row["video_id"],
            "utterance_index": said["index"],
            "start_s": said["start_s"],
            "end_s": said["end_s"],
            "labels": said["labels"] if said["label_confidence"][0] > 0.8 else ["disgusted"],
            "display": "macro",
            "text_role": "neutral",
        }
        for row in rows
        for said in row["utterances"]
    ]
    return write_truth(folder, true)


def confidences(rows: list[Row]) -> list[float]:
    return [said["label_confidence"][0] for row in rows for said in row["utterances"]]


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
    assert confidences(after) == [found.applied(said) for said in confidences(raw)]
    figures = tmp_path / "figures.json"
    assert main(["evaluate", str(tmp_path / "calibrated"), str(truth), "--json", str(figures)]) == 0
    error = json.loads(figures.read_text())["confidence"]["scores"]["ece_equal_mass"]["value"]
    assert error < 0.02

    strict = CONFIG.model_copy(update={"min_confidence": 0.5})
    kept = annotated(opened, model, tmp_path / "strict", strict)
    for before, now in zip(raw, kept, strict=True):
        for said, later in zip(before["utterances"], now["utterances"], strict=True):
            assert later["abstained"] == (said["label_confidence"][0] < 0.8)

    # A second map on top of the first is refused, and a second one in its place is not.
    again = ["evaluate", str(tmp_path / "calibrated"), str(truth), "--calibrate", str(model)]
    capsys.readouterr()
    assert main(again) == 1
    assert "were calibrated already" in capsys.readouterr().err
    assert main(first) == 0
    assert read_calibration(model) == found


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
