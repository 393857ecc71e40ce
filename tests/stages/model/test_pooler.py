"""The video Q-Former over a window and over its utterances."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from transformers.models.blip_2.modeling_blip_2 import Blip2QFormerModel

from stages.model.layout import token_layout
from stages.model.modeling_microemo import MicroEmoPooler
from stages.model.pooler import VideoPooler, frames_of_span
from stages.model.shapes import tiny

TIMES = np.arange(6, dtype=np.float64)
QUERIES = tiny().num_video_query_tokens
WIDTH = tiny().qformer_config.hidden_size
seconds = st.floats(0, 100, allow_nan=False)


@pytest.fixture(scope="module")
def pooler() -> VideoPooler:
    return new_pooler()


def new_pooler() -> VideoPooler:
    torch.manual_seed(0)
    return MicroEmoPooler(tiny()).eval().video


def _states(frames: int = 6) -> torch.Tensor:
    return torch.randn(frames, 24, WIDTH, generator=torch.Generator().manual_seed(3))


@torch.inference_mode()
def _pooled(
    pooler: VideoPooler, states: torch.Tensor, spans: list[tuple[float, float]]
) -> torch.Tensor:
    return pooler(states, np.arange(len(states), dtype=np.float64), spans)


@given(
    times=st.lists(seconds, min_size=1, max_size=30).map(sorted), ends=st.tuples(seconds, seconds)
)
def test_a_span_takes_the_frames_in_it_or_else_the_nearest(
    times: list[float], ends: tuple[float, float]
) -> None:
    start_s, end_s = sorted(ends)
    taken = frames_of_span(np.array(times), (start_s, end_s)).tolist()
    inside = [place for place, time in enumerate(times) if start_s <= time <= end_s]
    if inside:
        assert taken == inside
    else:
        away = [max(start_s - time, time - end_s) for time in times]
        assert taken == [away.index(min(away))]


def test_the_layout_is_the_window_then_each_utterance(pooler: VideoPooler) -> None:
    states, spans = _states(), [(0.0, 1.5), (2.0, 4.0)]
    tokens = _pooled(pooler, states, spans)
    assert tokens.shape == (QUERIES * 3, tiny().text_config.hidden_size)
    torch.testing.assert_close(tokens[:QUERIES], _pooled(pooler, states, []))
    torch.testing.assert_close(
        tokens[QUERIES : 2 * QUERIES], _pooled(pooler, states, spans[:1])[QUERIES:]
    )
    assert (tokens[QUERIES : 2 * QUERIES] - tokens[2 * QUERIES :]).abs().max() > 1e-3


def test_an_utterance_over_all_frames_reads_what_the_window_reads(pooler: VideoPooler) -> None:
    window, utterance = _pooled(pooler, _states(), [(0.0, 5.0)]).split(QUERIES)
    torch.testing.assert_close(window, utterance)


def test_an_utterance_without_a_frame_reads_the_nearest_one(pooler: VideoPooler) -> None:
    states = _states()
    between, nearest = _pooled(pooler, states, [(2.6, 2.9), (3.0, 3.0)]).split(QUERIES)[1:]
    torch.testing.assert_close(between, nearest)


def test_an_utterance_reads_nothing_but_its_frames(pooler: VideoPooler) -> None:
    states = _states()
    other = states.clone()
    other[:2] += 1
    other[5:] -= 1
    one, two = (_pooled(pooler, each, [(2.0, 4.0)]).split(QUERIES) for each in (states, other))
    torch.testing.assert_close(one[1], two[1])
    assert (one[0] - two[0]).abs().max() > 1e-3


def test_frame_positions_do_not_restart_in_an_utterance(pooler: VideoPooler) -> None:
    states = _states(1).repeat(6, 1, 1)
    first, fourth = _pooled(pooler, states, [(0.0, 0.0), (3.0, 3.0)]).split(QUERIES)[1:]
    assert (first - fourth).abs().max() > 1e-3


def test_it_equals_the_network_it_is_built_of(pooler: VideoPooler) -> None:
    qformer = Blip2QFormerModel(pooler.qformer.config).eval()
    qformer.load_state_dict(pooler.qformer.state_dict())
    states = _states(4)
    with torch.inference_mode():
        placed = torch.stack(
            [frame + pooler.frame_position_embedding.weight[at] for at, frame in enumerate(states)]
        )
        read = qformer(
            query_embeds=pooler.query_tokens,
            encoder_hidden_states=placed.reshape(1, 4 * 24, WIDTH),
            encoder_attention_mask=torch.ones(1, 4 * 24, dtype=torch.int64),
        ).last_hidden_state
        expected = pooler.projection(read[0])
    torch.testing.assert_close(_pooled(pooler, states, []), expected, atol=1e-5, rtol=1e-5)


def test_utterances_beyond_the_cap_are_read_with_a_neighbour(pooler: VideoPooler) -> None:
    spans = [(at / 2, at / 2 + 0.4) for at in range(9)]
    spans[4], spans[5] = (2.0, 2.1), (2.2, 2.4)
    merged = [*spans[:4], (2.0, 2.4), *spans[6:]]
    states = _states()
    shared = _pooled(pooler, states, merged)
    torch.testing.assert_close(_pooled(pooler, states, spans), shared)
    assert len(_pooled(pooler, states, spans)) == QUERIES * 9


@pytest.mark.parametrize("mode", ["whole", "sliding"])
@pytest.mark.parametrize("utterances", [0, 3, 12])
def test_the_tokens_are_as_many_as_the_layout_says(mode: str, utterances: int) -> None:
    pooler = new_pooler()
    pooler.config.global_mode, pooler.config.sliding_window = mode, 4
    pooler.config.sliding_stride = 4
    spans = [(at / 3, at / 3 + 0.2) for at in range(utterances)]
    layout = token_layout(pooler.config, 6, spans)
    tokens = _pooled(pooler, _states(), spans)
    assert len(tokens) == layout.count
    for span, own in zip(spans, layout.utterances, strict=True):
        if mode == "whole" and utterances <= 8:
            alone = _pooled(pooler, _states(), [span])[QUERIES:]
            torch.testing.assert_close(tokens[own.start : own.stop], alone)


def test_sliding_reads_each_stretch_alone_at_its_place_in_the_window() -> None:
    pooler = new_pooler()
    states = _states()
    whole = _pooled(pooler, states, [(0.0, 3.0), (4.0, 5.0)])
    pooler.config.global_mode, pooler.config.sliding_window = "sliding", 4
    pooler.config.sliding_stride = 4
    stretches = _pooled(pooler, states, [(0.0, 3.0)])
    torch.testing.assert_close(stretches, whole[QUERIES:])


def test_more_frames_than_positions_are_refused_with_the_key_to_set(pooler: VideoPooler) -> None:
    with pytest.raises(ValueError, match=r"decode\.max_frames=16"):
        _pooled(pooler, _states(17), [])
