"""The named shapes have the numbers of the public checkpoints, counted without memory for them."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch._subclasses.fake_tensor import FakeTensorMode
from transformers.initialization import no_init_weights

from stages.model.configuration_microemo import MicroEmoConfig
from stages.model.modeling_microemo import Faces, MicroEmo
from stages.model.shapes import SHAPES, llama2_7b, qwen2_5_7b, qwen3_4b

Parameters = dict[str, torch.nn.Parameter]


def _parameters(config: MicroEmoConfig) -> Parameters:
    with torch.device("meta"):
        return dict(MicroEmo(config).named_parameters())


@pytest.fixture(scope="module")
def llama() -> Parameters:
    return _parameters(llama2_7b())


@pytest.fixture(scope="module")
def qwen() -> Parameters:
    return _parameters(qwen2_5_7b())


def _count(parameters: Parameters, chosen: str | Callable[[str], bool]) -> int:
    belongs = chosen if callable(chosen) else lambda name: name.startswith(chosen)
    return sum(value.numel() for name, value in parameters.items() if belongs(name))


def test_the_vit_has_the_weights_of_eva_clip(llama: Parameters) -> None:
    """EVA-CLIP has no bias for keys, where transformers holds zeros; `ln_vision` is counted apart.

    The biases of query, key and value of a block are one tensor of 3 * 1408 in transformers.
    """
    vit = "encoder.frames.vision_model."
    biases = [name for name in llama if name.startswith(vit) and name.endswith("qkv.bias")]
    assert [tuple(llama[name].shape) for name in biases] == [(3 * 1408,)] * 39
    of_keys = 39 * 1408
    ln_vision = _count(llama, f"{vit}post_layernorm.")
    assert ln_vision == 2 * 1408
    assert _count(llama, vit) - ln_vision - of_keys == 985_894_528


def test_the_image_qformer_has_its_text_branch(llama: Parameters) -> None:
    qformer = _count(llama, "encoder.frames.qformer.")
    assert qformer == 185_660_160
    assert round(qformer / 1e6, 1) == 185.7
    name = "encoder.frames.qformer.embeddings.word_embeddings.weight"
    assert tuple(llama[name].shape) == (30523, 768)


@pytest.mark.parametrize(
    ("part", "weights"),
    [
        ("pooler.video.qformer.", 18_905_088),
        ("pooler.video.projection.", 3_149_824),
        ("pooler.video.frame_position_embedding.", 96 * 768),
        ("pooler.video.query_tokens", 32 * 768),
        ("encoder.frames.query_tokens", 32 * 768),
    ],
)
def test_the_pooler_has_the_weights_of_timechat(llama: Parameters, part: str, weights: int) -> None:
    assert _count(llama, part) == weights


def test_lora_is_of_rank_32_on_query_key_value_and_output(llama: Parameters) -> None:
    adapter = {name: value for name, value in llama.items() if ".lora_" in name}
    assert _count(adapter, "") == 33_554_432
    assert {name.split(".self_attn.")[1].split(".")[0] for name in adapter} == {
        "q_proj",
        "k_proj",
        "v_proj",
        "o_proj",
    }
    assert {min(value.shape) for value in adapter.values()} == {32}


def test_the_language_model_is_llama_2_7b(llama: Parameters) -> None:
    own = {name: value for name, value in llama.items() if name.startswith("language_model.")}
    assert _count(own, lambda name: ".lora_" not in name) == 6_738_415_616


def test_the_qwen_variant_differs_in_what_stands_behind_the_pooler(
    llama: Parameters, qwen: Parameters
) -> None:
    differing = {
        name
        for name in llama.keys() | qwen.keys()
        if not name.startswith("language_model.")
        and (name not in llama or name not in qwen or llama[name].shape != qwen[name].shape)
    }
    assert differing == {"pooler.video.projection.weight", "pooler.video.projection.bias"}
    assert tuple(qwen["pooler.video.projection.weight"].shape) == (3584, 768)
    own = {name: value for name, value in qwen.items() if name.startswith("language_model.")}
    assert _count(own, lambda name: ".lora_" not in name) == 7_615_616_512


def test_qwen3_has_the_weights_of_its_checkpoint_its_embedding_counted_once() -> None:
    found = _parameters(qwen3_4b())
    own = {name: value for name, value in found.items() if name.startswith("language_model.")}
    assert _count(own, lambda name: ".lora_" not in name) == 4_022_468_096


@pytest.mark.parametrize(
    ("shape", "width", "vocabulary"),
    [
        (llama2_7b, 4096, 32000),
        pytest.param(qwen2_5_7b, 3584, 152064, marks=pytest.mark.slow),
        pytest.param(qwen3_4b, 2560, 151936, marks=pytest.mark.slow),
    ],
)
def test_a_window_at_full_size_passes_in_the_shapes_of_the_paper(
    shape: Callable[[], MicroEmoConfig], width: int, vocabulary: int
) -> None:
    """96 frames, 10 s of faces and 3 utterances; of tensors without values."""
    config = shape()
    config.lora_rank = 0  # it changes no shape, and peft cannot be put on such tensors
    with FakeTensorMode(allow_non_fake_inputs=True), torch.inference_mode():
        with no_init_weights():
            model = MicroEmo(config).eval()
        crops = torch.empty(300, 112, 112, 3, dtype=torch.uint8)
        faces = Faces(crops, np.arange(300) / 30, np.zeros(300, np.int64))
        times_s = np.arange(96) * 10 / 96
        patches = model.encoder.frames.vision_model(torch.empty(96, 3, 224, 224))
        local = model.encoder.local(faces)
        frames = torch.empty(96, 224, 224, 3, dtype=torch.uint8)
        sentences = torch.empty(96, 32, dtype=torch.int64)
        states = model.encoder(frames, sentences, sentences, times_s, faces)
        visual = model.pooler(states, times_s, [(0.0, 1.0), (1.0, 4.0), (4.0, 9.0)])
        ids, rows = torch.empty(2, 1, 200, dtype=torch.int64)
        logits = model.answered(ids, rows, visual)
        model.config.global_mode = "sliding"
        stretches = model.pooler(states, times_s, [(0.0, 1.0)])
    assert patches.last_hidden_state.shape == (96, 257, 1408)
    assert [each.shape for each in local] == [(300, 4, 384)] * 2
    assert states.shape == (96, 32 + 32, 768)
    assert visual.shape == (32 * (3 + 1), width)
    assert stretches.shape == (32 * 3, width)
    assert logits.shape == (1, 200, vocabulary)


@pytest.mark.parametrize("name", sorted(SHAPES))
def test_every_shape_has_a_name_and_is_untrained(name: str) -> None:
    assert SHAPES[name]().trained == "no"
