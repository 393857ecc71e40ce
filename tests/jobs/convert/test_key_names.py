"""Names of ours in the public files: those of the tests' own files, each exactly once."""

import pytest
import torch

from jobs.convert import key_names
from stages.model.configuration_microemo import MicroEmoConfig
from stages.model.modeling_microemo import MicroEmo
from tests.jobs.convert import public_files as public


@pytest.fixture(scope="module")
def ours() -> list[str]:
    """All names of a full-size model with LoRA."""
    with torch.device("meta"):
        model = MicroEmo(MicroEmoConfig(text_config={"model_type": "llama"}, lora_rank=32))
    return list(model.state_dict())


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("embeddings.class_embedding", "cls_token"),
        ("embeddings.patch_embedding.bias", "patch_embed.proj.bias"),
        ("encoder.layers.38.layer_norm2.weight", "blocks.38.norm2.weight"),
        ("encoder.layers.0.self_attn.projection.bias", "blocks.0.attn.proj.bias"),
        ("encoder.layers.7.mlp.fc1.weight", "blocks.7.mlp.fc1.weight"),
        ("post_layernorm.weight", None),
    ],
)
def test_the_vit(name: str, expected: str | None) -> None:
    assert key_names.eva_name(f"encoder.frames.vision_model.{name}") == expected


def test_the_bias_of_qkv_is_in_two_parts() -> None:
    parts = key_names.qkv_bias_parts("blocks.3.attn.qkv.bias")
    assert parts == ("blocks.3.attn.q_bias", "blocks.3.attn.v_bias")


def test_the_last_norm_of_the_vit_is_instruct_blips() -> None:
    name = key_names.layer_norm_name("encoder.frames.vision_model.post_layernorm.bias")
    assert name == "ln_vision.bias"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("encoder.frames.query_tokens", "query_tokens"),
        (
            "encoder.frames.qformer.embeddings.layernorm.bias",
            "Qformer.bert.embeddings.LayerNorm.bias",
        ),
        (
            "encoder.frames.qformer.encoder.layer.2.crossattention.attention.key.weight",
            "Qformer.bert.encoder.layer.2.crossattention.self.key.weight",
        ),
        (
            "encoder.frames.qformer.encoder.layer.11.attention.output.LayerNorm.weight",
            "Qformer.bert.encoder.layer.11.attention.output.LayerNorm.weight",
        ),
        ("pooler.video.query_tokens", None),
    ],
)
def test_the_image_qformer(name: str, expected: str | None) -> None:
    assert key_names.image_qformer_name(name) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("pooler.video.query_tokens", "video_query_tokens"),
        ("pooler.video.projection.weight", "llama_proj.weight"),
        ("pooler.video.qformer.layernorm.bias", "video_Qformer.bert.embeddings.LayerNorm.bias"),
        (
            "pooler.video.qformer.encoder.layer.1.attention.attention.query.bias",
            "video_Qformer.bert.encoder.layer.1.attention.self.query.bias",
        ),
        ("encoder.frames.query_tokens", None),
    ],
)
def test_the_video_qformer(name: str, expected: str | None) -> None:
    assert key_names.video_name(name) == expected


def test_the_language_model_and_its_lora() -> None:
    own = "language_model.model.layers.5.self_attn.q_proj."
    base, down = f"{own}base_layer.weight", f"{own}lora_A.default.weight"
    theirs = "model.layers.5.self_attn.q_proj."
    assert key_names.language_model_name(base) == f"{theirs}weight"
    assert key_names.language_model_name(down) is None
    assert key_names.lora_name(down) == f"llama_model.base_model.model.{down[15:]}"
    assert key_names.lora_name(base) is None


NAMERS = (
    key_names.eva_name,
    key_names.layer_norm_name,
    key_names.image_qformer_name,
    key_names.video_name,
    key_names.lora_name,
    key_names.language_model_name,
)


def test_each_tensor_is_in_one_file_or_ours(ours: list[str]) -> None:
    for name in ours:
        found = [namer for namer in NAMERS if namer(name)]
        own = name.startswith(("encoder.local.", "encoder.global_local."))
        assert len(found) == (0 if own else 1), name


def test_no_two_tensors_of_a_file_have_one_name(ours: list[str]) -> None:
    for namer in NAMERS:
        names = [found for name in ours if (found := namer(name))]
        assert len(names) == len(set(names))


def test_timechat_at_full_size_has_two_times_four_lora_tensors_a_layer(ours: list[str]) -> None:
    names = {found for name in ours if (found := key_names.lora_name(name))}
    assert len(names) == 32 * 4 * 2
    small = {name for name in public.timechat_state() if ".lora_" in name}
    assert small <= names
