"""The composed model: how it begins, survives its files and reads a prompt."""

from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import Qwen2Config

from stages.model.config import ModelConfig
from stages.model.configuration_microemo import MicroEmoConfig
from stages.model.folder import TINY
from stages.model.loading import load_language_model, load_tokenizer
from stages.model.modeling_microemo import Faces, MicroEmo
from stages.model.shapes import tiny
from stages.model.timestamps import timestamp_ids


@pytest.fixture(scope="module")
def model() -> MicroEmo:
    return MicroEmo.from_pretrained(TINY)


@torch.inference_mode()
def _visual_tokens(model: MicroEmo) -> torch.Tensor:
    generator = torch.Generator().manual_seed(0)
    pixels = torch.randint(0, 256, (9, 112, 112, 3), dtype=torch.uint8, generator=generator)
    times_s = np.array([0.0, 1.0, 2.0])
    faces = Faces(pixels[3:], np.arange(6) / 5, np.zeros(6, np.int64))
    ids, mask = timestamp_ids(load_tokenizer(TINY), times_s.tolist(), 16)
    states = model.encoder(pixels[:3], ids, mask, times_s, faces)
    return model.pooler(states, times_s, [(0.0, 1.2)])


def test_new_weights_begin_with_the_gate_shut_and_all_else_alive() -> None:
    torch.manual_seed(0)
    model = MicroEmo(MicroEmoConfig.from_pretrained(TINY))
    shut = {name for name, value in model.named_parameters() if not value.any()}
    assert "encoder.global_local.gate" in shut
    assert all(name.endswith("bias") for name in shut - {"encoder.global_local.gate"})
    assert all(torch.isfinite(value).all() for value in model.parameters())


def test_it_survives_its_files(model: MicroEmo, tmp_path: Path) -> None:
    changed = MicroEmo.from_pretrained(TINY)
    with torch.no_grad():
        changed.encoder.global_local.gate.fill_(0.3)
    changed.config.trained = "a test"
    changed.save_pretrained(tmp_path)
    assert {file.suffix for file in tmp_path.iterdir()} == {".json", ".safetensors"}
    again, report = MicroEmo.from_pretrained(tmp_path, output_loading_info=True)
    assert not any(report.values())
    assert again.config.trained == "a test"
    assert torch.equal(_visual_tokens(again), _visual_tokens(changed))
    assert not torch.equal(_visual_tokens(again), _visual_tokens(model))


def test_a_prompt_is_read_with_the_visual_tokens_in_their_place(model: MicroEmo) -> None:
    visual = _visual_tokens(model)
    tokenizer = load_tokenizer(TINY)
    before = tokenizer("[INST] <Video>").input_ids
    after = tokenizer("</Video> [/INST]", add_special_tokens=False).input_ids
    places = [tokenizer.convert_tokens_to_ids("<ImageHere>")] * len(visual)
    with torch.inference_mode():
        told = model(torch.tensor([before + places + after]), visual.unsqueeze(0)).logits
        words = model.get_input_embeddings()
        embedded = torch.cat([words(torch.tensor(before)), visual, words(torch.tensor(after))])
        expected = model.language_model(inputs_embeds=embedded.unsqueeze(0)).logits
    torch.testing.assert_close(told, expected)


def test_a_loss_reaches_every_part(model: MicroEmo) -> None:
    trained = MicroEmo.from_pretrained(TINY).train()
    with torch.no_grad():
        trained.encoder.global_local.gate.fill_(0.1)
    pixels = torch.randint(0, 256, (9, 112, 112, 3), dtype=torch.uint8)
    times_s = np.array([0.0, 1.0, 2.0])
    faces = Faces(pixels[3:], np.arange(6) / 5, np.zeros(6, np.int64))
    sentences = timestamp_ids(load_tokenizer(TINY), times_s.tolist(), 16)
    states = trained.encoder(pixels[:3], *sentences, times_s, faces)
    visual = trained.pooler(states, times_s, [])
    ids = torch.tensor([[1] + [trained.config.image_token_id] * len(visual) + [300, 301, 2]])
    trained(ids, visual.unsqueeze(0), labels=ids.masked_fill(ids == 5, -100)).loss.backward()
    without = {name for name, value in trained.named_parameters() if value.grad is None}
    frozen = {name for name, value in trained.named_parameters() if not value.requires_grad}
    assert without == frozen


def test_another_language_model_stands_behind_the_same_encoder(
    model: MicroEmo, tmp_path: Path
) -> None:
    config = tiny()
    config.text_config = Qwen2Config(
        vocab_size=1024,
        hidden_size=96,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
    )
    config.lora_rank = 2
    torch.manual_seed(0)
    MicroEmo(config).save_pretrained(tmp_path)
    for file in ("tokenizer.json", "tokenizer_config.json"):
        (tmp_path / file).write_bytes((TINY / file).read_bytes())
    whole = MicroEmo.from_pretrained(tmp_path).eval()
    visual = _visual_tokens(whole)
    assert visual.shape == (16, 96)
    language_model, _ = load_language_model(ModelConfig(path=str(tmp_path)))
    assert language_model.config.model_type == "qwen2"
    ids = torch.tensor([[1] + [config.image_token_id] * len(visual) + [300, 301]])
    with torch.inference_mode():
        told = whole(ids, visual.unsqueeze(0)).logits
        words = language_model.get_input_embeddings()
        spliced = torch.cat([words(ids[0, :1]), visual, words(ids[0, -2:])]).unsqueeze(0)
        expected = language_model(inputs_embeds=spliced).logits
    torch.testing.assert_close(told, expected, atol=1e-5, rtol=1e-5)
