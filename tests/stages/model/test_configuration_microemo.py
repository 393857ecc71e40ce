"""A configuration survives its file, and refuses what no model can be."""

import json
from pathlib import Path

import pytest

from stages.faults import SetupError
from stages.model.configuration_microemo import MicroEmoConfig
from stages.model.folder import TINY
from stages.model.loading import load_model_config
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


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("sliding_stride", 0, "sliding_stride is 0; it must be 1 or more"),
        ("max_utterances", 0, "max_utterances is 0"),
        ("lora_rank", -1, "lora_rank is -1; it must be 0 or more"),
        ("global_mode", "both", "global_mode"),
        ("timestamp_ids", "qwen", "timestamp_ids"),
    ],
)
def test_what_no_model_can_be_is_refused_by_name(
    tmp_path: Path, key: str, value: int | str, said: str
) -> None:
    written = json.loads((TINY / "config.json").read_text()) | {key: value}
    (tmp_path / "config.json").write_text(json.dumps(written))
    with pytest.raises(SetupError, match=said):
        load_model_config(tmp_path)


def test_each_part_reads_what_the_part_before_it_writes() -> None:
    config = MicroEmoConfig(vision_config={"hidden_size": 32}, qformer_config={"hidden_size": 48})
    assert config.qformer_config.encoder_hidden_size == 32
    assert config.video_qformer_config.encoder_hidden_size == 48
