"""A small synthetic truth, and answers to it that are right as often as they are sure."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.evaluation.truth_columns import TRUTH_COLUMNS, TRUTH_FILE

WORDS = {
    "happiness": ["happy", "delighted"],
    "sadness": ["sad", "lonely"],
    "anger": ["angry", "furious"],
    "fear": ["afraid", "anxious"],
    "surprise": ["surprised", "stunned"],
    "neutral": ["calm"],
}
DISPLAYS = ("macro", "micro", "masked", "none")
ROLES = ("congruent", "neutral", "contradicting")
_EASY = {"macro": 0.3, "micro": -0.15, "masked": -0.25, "none": -0.05}


def truth_rows(videos: int, seed: int = 0) -> list[dict[str, Any]]:
    """Two utterances a video."""
    draw = np.random.default_rng(seed)
    rows = []
    for video in range(videos):
        for index in range(2):
            family = str(draw.choice(list(WORDS)))
            display = str(draw.choice(DISPLAYS)) if family != "neutral" else "none"
            rows.append(
                {
                    "video_id": f"dev-{video:06}.mp4",
                    "utterance_index": index,
                    "start_s": 4.0 * index + 0.5,
                    "end_s": 4.0 * index + 3.0,
                    "labels": WORDS[family],
                    "family": family,
                    "display": display,
                    "text_role": str(draw.choice(ROLES)),
                    "needs_context": bool(draw.random() < 0.3),
                    "voice_tells": bool(draw.random() < 0.5),
                }
            )
    return rows


def write_truth(folder: Path, rows: list[dict[str, Any]]) -> Path:
    """truth.parquet in `folder`."""
    file = folder / TRUTH_FILE
    pq.write_table(pa.Table.from_pylist(rows, TRUTH_COLUMNS), file)
    return file


def answers(rows: list[dict[str, Any]], seed: int = 1) -> list[dict[str, Any]]:
    """An answer of one or two labels for most rows; too sure by about 0.15."""
    draw = np.random.default_rng(seed)
    given = []
    for row in rows:
        if draw.random() < 0.06:
            continue
        labels: dict[str, float] = {}
        for _ in range(draw.integers(1, 3)):
            sure = float(np.clip(draw.beta(4, 2), 0.05, 0.99))
            is_right = draw.random() < np.clip(sure - 0.15 + _EASY[row["display"]], 0, 1)
            others = [
                word for words in WORDS.values() for word in words if word not in row["labels"]
            ]
            word = row["labels"][0] if is_right else str(draw.choice(others))
            labels.setdefault(word, sure)
        kept = {"video_id", "utterance_index", "start_s", "end_s"}
        given.append(
            {name: value for name, value in row.items() if name in kept}
            | {"labels": list(labels), "confidences": list(labels.values())}
        )
    return given


def write_answers(file: Path, given: list[dict[str, Any]]) -> Path:
    """The answers as JSON Lines."""
    file.write_text("".join(json.dumps(one) + "\n" for one in given), "utf-8")
    return file
