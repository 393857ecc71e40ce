"""A configuration survives its file, and refuses what no model can be."""

from pathlib import Path

from stages.model.configuration_microemo import MicroEmoConfig
from stages.model.folder import TINY
from stages.model.modeling_microemo import MicroEmoEncoder


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
