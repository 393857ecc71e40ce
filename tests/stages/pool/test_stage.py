"""The pool stage: tokens for the window and for each utterance of the row."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stages import rows
from stages.model import ModelConfig
from stages.model.layout import merged_utterances
from stages.pool import PoolConfig, PoolStage
from stages.rows import Row
from tests.models import copy_of_tiny
from tests.rows import schema_of

QUERIES = 8


@pytest.fixture(scope="module")
def stage() -> PoolStage:
    return PoolStage(PoolConfig(), ModelConfig())


def _utterance(index: int, start_s: float, end_s: float) -> dict[str, Any]:
    return {"index": index, "start_s": start_s, "end_s": end_s, "text": "well"}


def _window(frames: int, spans: list[tuple[float, float]] | None) -> Row:
    random = np.random.default_rng(frames)
    spoken = None if spans is None else [_utterance(at, *span) for at, span in enumerate(spans)]
    return {
        "warnings": [],
        "visual_states": random.normal(size=(frames, 24, 64)).astype(np.float16),
        "frame_times_s": [10.0 + at for at in range(frames)],
        "utterances": spoken,
    }


@pytest.mark.parametrize("spans", [None, [], [(10.0, 11.5)], [(10.0, 11.5), (11.6, 12.0)]])
def test_there_are_tokens_for_the_window_and_each_utterance(
    stage: PoolStage, spans: list[tuple[float, float]] | None
) -> None:
    (pooled,) = stage([_window(4, spans)])
    assert pooled["visual_tokens"].shape == (QUERIES * (1 + len(spans or [])), 144)
    assert pooled["visual_tokens"].dtype == np.float16
    assert "visual_states" not in pooled
    assert pooled["utterances"] == _window(4, spans)["utterances"]


def test_a_window_is_pooled_alike_among_others(stage: PoolStage) -> None:
    windows = [_window(4, [(10.0, 11.5)]), _window(9, []), _window(1, [(30.0, 31.0)])]
    table = rows.to_table(windows, schema_of(windows[0]))
    together = list(stage(rows.from_table(table)))
    for window, pooled in zip(windows, together, strict=True):
        (alone,) = stage([window])
        assert np.array_equal(pooled["visual_tokens"], alone["visual_tokens"])


def test_utterances_beyond_the_cap_of_the_model_are_told_in_a_warning(stage: PoolStage) -> None:
    window = _window(6, [(10.0 + at / 2, 10.4 + at / 2) for at in range(10)])
    window["utterances"] = [{**it, "index": it["index"] + 20} for it in window["utterances"]]
    window["utterances"][3]["end_s"] = 11.6  # the shortest with its neighbours
    window["warnings"] = ["said before"]
    (pooled,) = stage([window])
    assert pooled["visual_tokens"].shape == (QUERIES * 9, 144)
    assert len(pooled["utterances"]) == 10
    before, warning = pooled["warnings"]
    assert before == "said before"
    assert "10 utterances" in warning
    assert "tokens for 8" in warning
    groups = merged_utterances([(it["start_s"], it["end_s"]) for it in window["utterances"]], 8)
    for group in groups:
        assert (f"{group.start + 20} to {group.stop + 19}" in warning) == (len(group) > 1)


def test_a_model_of_timechats_kind_makes_tokens_of_stretches_and_warns_of_nothing(
    tmp_path: Path,
) -> None:
    folder = copy_of_tiny(tmp_path / "mine")
    config = folder / "config.json"
    written = json.loads(config.read_text())
    written |= {"global_mode": "sliding", "sliding_window": 4, "sliding_stride": 4}
    config.write_text(json.dumps(written))
    stage = PoolStage(PoolConfig(), ModelConfig(path=str(folder)))
    (pooled,) = stage([_window(9, [(10.0 + at / 2, 10.4 + at / 2) for at in range(10)])])
    assert pooled["visual_tokens"].shape == (QUERIES * 3, 144)
    assert pooled["warnings"] == []


def test_without_sharing_there_is_no_warning(stage: PoolStage) -> None:
    (pooled,) = stage([_window(4, [(10.0, 11.5)])])
    assert pooled["warnings"] == []


def test_too_many_frames_name_the_key_to_set(stage: PoolStage) -> None:
    (failed,) = stage([_window(17, [])])
    assert "decode.max_frames=16" in failed["error"]["message"]
