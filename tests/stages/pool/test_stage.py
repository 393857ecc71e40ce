"""The pool stage: tokens for the window and for each utterance of the row."""

from typing import Any

import numpy as np
import pytest

from stages import rows
from stages.model import ModelConfig
from stages.pool import PoolConfig, PoolStage
from stages.stage import Row

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
        "visual_states": random.normal(size=(frames, 24, 64)).astype(np.float16),
        "frame_times_s": [10.0 + at for at in range(frames)],
        "utterances": spoken,
    }


@pytest.mark.parametrize("spans", [None, [], [(10.0, 11.5)], [(10.0, 11.5), (11.6, 12.0)]])
def test_there_are_tokens_for_the_window_and_each_utterance(
    stage: PoolStage, spans: list[tuple[float, float]] | None
) -> None:
    (pooled,) = stage([_window(4, spans)])
    assert pooled["visual_tokens"].shape == (QUERIES * (1 + len(spans or [])), 128)
    assert pooled["visual_tokens"].dtype == np.float16
    assert "visual_states" not in pooled
    assert pooled["utterances"] == _window(4, spans)["utterances"]


def test_a_window_is_pooled_alike_among_others(stage: PoolStage) -> None:
    windows = [_window(4, [(10.0, 11.5)]), _window(9, []), _window(1, [(30.0, 31.0)])]
    table = rows.to_table(windows, rows.schema(windows[0]))
    together = list(stage(rows.from_table(table)))
    for window, pooled in zip(windows, together, strict=True):
        (alone,) = stage([window])
        assert np.array_equal(pooled["visual_tokens"], alone["visual_tokens"])


def test_too_many_frames_name_the_key_to_set(stage: PoolStage) -> None:
    (failed,) = stage([_window(17, [])])
    assert "decode.max_frames=16" in failed["error"]["message"]
