"""The composed model against its formulas, in TimeChat's position of the switches and in ours.

All weights are random and none is at its start, so that each one counts; the comparison is of
float32 with float64.
"""

import numpy as np
import pytest
import torch

from stages.model.folder import TINY
from stages.model.loading import load_tokenizer
from stages.model.modeling_microemo import Faces, MicroEmo
from stages.model.pixels import clip_normalised
from stages.model.shapes import tiny
from stages.model.timestamps import timestamp_ids
from tests.stages.model import by_the_formula as formula

FRAMES, HEADS, PATCH = 10, 4, 14
TIMES_S = np.arange(FRAMES) * 4.0  # the later ones are told in more tokens
TOLERANCE = 1e-5
Ids = tuple[torch.Tensor, torch.Tensor]


@pytest.fixture(scope="module")
def model() -> MicroEmo:
    """MicroEmo as TimeChat: a shut gate, stretches of 4 frames, no utterances."""
    config = tiny()
    config.global_mode, config.sliding_window, config.sliding_stride = "sliding", 4, 4
    model = MicroEmo(config).eval()
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for name, value in model.named_parameters():
            value.add_(torch.randn(value.shape, generator=generator), alpha=0.1)
            if name.endswith("qkv.bias"):  # EVA-CLIP has none for the keys
                value.view(3, -1)[1] = 0
        model.encoder.global_local.gate.zero_()
    return model


@pytest.fixture(scope="module")
def weights(model: MicroEmo) -> formula.Weights:
    return {name: value.double().numpy() for name, value in model.state_dict().items()}


@pytest.fixture(scope="module")
def frames() -> torch.Tensor:
    generator = torch.Generator().manual_seed(1)
    shape = (FRAMES, 112, 112, 3)
    return torch.randint(0, 256, shape, dtype=torch.uint8, generator=generator)


@pytest.fixture(scope="module")
def sentences() -> Ids:
    ids, mask = timestamp_ids(load_tokenizer(TINY), TIMES_S.tolist(), 24)
    assert 0 < mask.sum(1).min() < mask.sum(1).max() == ids.shape[1]  # one is padded
    return ids, mask


@pytest.fixture(scope="module")
def expected_states(
    weights: formula.Weights, frames: torch.Tensor, sentences: Ids
) -> formula.Array:
    own = formula.part(weights, "encoder.frames")
    vision, qformer = formula.part(own, "vision_model"), formula.part(own, "qformer")
    return np.array(
        [
            formula.image_qformer(
                formula.vision(frame.numpy(), vision, HEADS, PATCH),
                own["query_tokens"][0],
                ids.tolist(),
                mask.tolist(),
                weights=qformer,
                heads=HEADS,
            )
            for frame, ids, mask in zip(frames, *sentences, strict=True)
        ]
    )


@pytest.fixture(scope="module")
def states(model: MicroEmo, frames: torch.Tensor, sentences: Ids) -> torch.Tensor:
    generator = torch.Generator().manual_seed(2)
    crops = torch.randint(0, 256, (40, 112, 112, 3), dtype=torch.uint8, generator=generator)
    faces = Faces(crops, np.arange(40) / 4, np.zeros(40, np.int64))
    with torch.inference_mode():
        return model.encoder(frames, *sentences, TIMES_S, faces)


def _assert_close(found: torch.Tensor, expected: formula.Array) -> None:
    assert found.shape == expected.shape
    assert np.abs(found.numpy() - expected).max() <= TOLERANCE * np.abs(expected).max()


def test_the_vision_model_equals_its_formula(
    model: MicroEmo, weights: formula.Weights, frames: torch.Tensor
) -> None:
    vision = model.encoder.frames.vision_model
    with torch.inference_mode():
        patches = vision(clip_normalised(frames[:1], torch.float32)).last_hidden_state
    own = formula.part(weights, "encoder.frames.vision_model")
    _assert_close(patches[0], formula.vision(frames[0].numpy(), own, HEADS, PATCH))


def test_the_unsliced_qformer_output_with_padding_equals_its_formula(
    states: torch.Tensor, expected_states: formula.Array, sentences: Ids
) -> None:
    """Faces are there, and the gate is shut."""
    _assert_close(states, expected_states)
    padding = sentences[1] == 0
    _assert_close(states[:, 8:][padding], expected_states[:, 8:][padding.numpy()])


def test_the_frame_embedding_equals_its_formula(
    model: MicroEmo, weights: formula.Weights, states: torch.Tensor
) -> None:
    read: list[torch.Tensor] = []
    qformer = model.pooler.video.qformer
    hook = qformer.register_forward_pre_hook(
        lambda _, __, told: read.append(told["encoder_hidden_states"]), with_kwargs=True
    )
    with torch.inference_mode():
        model.pooler(states, TIMES_S, [])
    hook.remove()
    positions = weights["pooler.video.frame_position_embedding.weight"]
    expected = formula.placed(states.double().numpy(), positions)
    tokens = states.shape[1]
    (blocks,) = read
    lengths = [4 * tokens, 4 * tokens, 2 * tokens]
    own = [block[:length] for block, length in zip(blocks, lengths, strict=True)]
    _assert_close(torch.cat(own), expected.reshape(-1, 64))
    assert not blocks[2, 2 * tokens :].any()


@pytest.mark.parametrize(("window", "stride"), [(4, 4), (4, 3), (32, 32)])
def test_sliding_windows_equal_their_formula(
    model: MicroEmo,
    weights: formula.Weights,
    states: torch.Tensor,
    expected_states: formula.Array,
    *,
    monkeypatch: pytest.MonkeyPatch,
    window: int,
    stride: int,
) -> None:
    monkeypatch.setattr(model.config, "sliding_window", window)
    monkeypatch.setattr(model.config, "sliding_stride", stride)
    with torch.inference_mode():
        tokens = model.pooler(states, TIMES_S, [(0.0, 3.0)])
    own = formula.part(weights, "pooler.video")
    blocks = formula.sliding(FRAMES, window, stride)
    _assert_close(tokens, formula.pooled(expected_states, blocks, own, HEADS))


def test_the_window_and_its_utterances_equal_their_formula(
    model: MicroEmo,
    weights: formula.Weights,
    states: torch.Tensor,
    expected_states: formula.Array,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(model.config, "global_mode", "whole")
    spans = [(0.0, 8.0), (9.0, 10.0), (15.0, 37.0)]  # frames 0 to 2; none, the nearest is 2; 4 to 9
    with torch.inference_mode():
        tokens = model.pooler(states, TIMES_S, spans)
    own = formula.part(weights, "pooler.video")
    blocks = [range(10), [0, 1, 2], [2], [4, 5, 6, 7, 8, 9]]
    _assert_close(tokens, formula.pooled(expected_states, blocks, own, HEADS))


def test_the_splice_into_the_prompt_equals_its_formula(
    model: MicroEmo, weights: formula.Weights, expected_states: formula.Array, states: torch.Tensor
) -> None:
    own = formula.part(weights, "pooler.video")
    visual = formula.pooled(expected_states, formula.sliding(FRAMES, 4, 4), own, HEADS)
    image = model.config.image_token_id
    prompts = [[1, 300, 3] + [image] * 24 + [4, 301, 302], [1, 3] + [image] * 24 + [4, 40, 41, 42]]
    words = weights["language_model.model.embed_tokens.weight"]
    expected = np.array([formula.spliced(ids, image, visual, words) for ids in prompts])
    ids = torch.tensor(prompts)
    places = ids == image
    rows = places.cumsum(dim=1) - 1
    fed: list[torch.Tensor] = []
    hook = model.language_model.register_forward_pre_hook(
        lambda _, __, told: fed.append(told["inputs_embeds"]), with_kwargs=True
    )
    with torch.inference_mode():
        tokens = model.pooler(states, TIMES_S, [])
        logits = model.answered(ids, rows.masked_fill(~places, -1), tokens)
        hook.remove()
        alone = model.language_model(inputs_embeds=torch.from_numpy(expected).float()).logits
    _assert_close(fed[0], expected)
    _assert_close(logits, alone.double().numpy())


def test_the_padded_length_is_part_of_the_result(
    model: MicroEmo, frames: torch.Tensor, states: torch.Tensor
) -> None:
    """The padding goes on as keys and values, as in the original."""
    ids, mask = timestamp_ids(load_tokenizer(TINY), TIMES_S.tolist(), 24)
    padded = [torch.nn.functional.pad(each, (0, 5)) for each in (ids, mask)]
    with torch.inference_mode():
        own = model.encoder.frames(frames, *padded)
        torch.testing.assert_close(own[:, :-5], states, atol=1e-5, rtol=1e-5)
        one, other = (model.pooler(each, TIMES_S, []) for each in (own, states))
    assert (one - other).abs().max() > 1e-3
