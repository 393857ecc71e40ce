"""The defaults are the paper's scale, and a configuration survives its file."""

from pathlib import Path

import torch

from stages.model.configuration_microemo import MicroEmoConfig
from stages.model.folder import TINY
from stages.model.modeling_microemo import MicroEmoEncoder, MicroEmoPooler


def _weights(module: torch.nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


def test_the_default_sizes_are_those_of_the_public_checkpoints() -> None:
    config = MicroEmoConfig()
    with torch.device("meta"):
        encoder, pooler = MicroEmoEncoder(config), MicroEmoPooler(config)
    # transformers keeps a zero bias for the keys of each of 39 blocks, and ln_vision in the ViT
    extra = 39 * 1408 + 2 * 1408
    assert _weights(encoder.frames.vision_model) == 985_894_528 + extra
    assert round(_weights(encoder.frames.qformer) / 1e6, 1) == 185.7
    assert _weights(pooler.video.qformer) == 18_905_088
    assert _weights(pooler.video.projection) == 3_149_824
    assert tuple(pooler.video.frame_position_embedding.weight.shape) == (96, 768)


def test_ln_vision_keeps_its_own_epsilon() -> None:
    config = MicroEmoConfig.from_pretrained(TINY)
    vision = MicroEmoEncoder(config).frames.vision_model
    assert vision.post_layernorm.eps == 1e-5
    assert vision.encoder.layers[0].layer_norm1.eps == 1e-6


def test_a_configuration_survives_its_file(tmp_path: Path) -> None:
    config = MicroEmoConfig(
        vision_config={"hidden_size": 32},
        text_config={"model_type": "qwen2", "hidden_size": 48},
        local_config={"reach_s": 0.25},
        trained="MERR",
    )
    config.save_pretrained(tmp_path)
    again = MicroEmoConfig.from_pretrained(tmp_path)
    assert again.to_dict() == config.to_dict()
    assert again.local_config.reach_s == 0.25
    assert again.text_config.model_type == "qwen2"


def test_each_part_reads_what_the_part_before_it_writes() -> None:
    config = MicroEmoConfig(vision_config={"hidden_size": 32}, qformer_config={"hidden_size": 48})
    assert config.qformer_config.encoder_hidden_size == 32
    assert config.video_qformer_config.encoder_hidden_size == 48
