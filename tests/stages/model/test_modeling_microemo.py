"""The composed model: how it begins, survives its files and reads a prompt."""

import copy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from transformers import Qwen2Config

from stages.model.config import ModelConfig
from stages.model.folder import TINY
from stages.model.loading import load_language_model, load_tokenizer
from stages.model.modeling_microemo import Faces, MicroEmo
from stages.model.shapes import tiny
from stages.model.timestamps import timestamp_ids
from stages.model.windows import WindowBatch

PROMPT, ANSWER = [300, 301, 302], [310, 311, 2]


@pytest.fixture(scope="module")
def model() -> MicroEmo:
    torch.manual_seed(0)
    new = MicroEmo(tiny()).eval()
    with torch.no_grad():
        new.encoder.global_local.gate.fill_(0.1)
    return new


def _windows(*frames: int) -> dict[str, Any]:
    """A window for each number, with as many frames and twice as many crops of one face."""
    generator = torch.Generator().manual_seed(0)
    shape = (sum(frames), 112, 112, 3)
    pixels = torch.randint(0, 256, shape, dtype=torch.uint8, generator=generator)
    times_s = [np.arange(count, dtype=np.float64) for count in frames]
    told = [time for own in times_s for time in own.tolist()]
    ids, mask = timestamp_ids(load_tokenizer(TINY), told, 16)
    return {
        "frames": pixels,
        "timestamp_ids": ids,
        "timestamp_mask": mask,
        "frame_times_s": times_s,
        "crops": pixels.repeat_interleave(2, dim=0).flip(0),
        "crop_times_s": [np.arange(2 * count) / 5 for count in frames],
        "crop_track_ids": [np.zeros(2 * count, np.int64) for count in frames],
        "spans_s": [[(0.0, 1.2)] for _ in frames],
        "turns": [[(0, (0.0, 1.2))] for _ in frames],
    }


@torch.inference_mode()
def _visual_tokens(model: MicroEmo) -> torch.Tensor:
    return model.visual_tokens(WindowBatch(**_windows(3)))[0]


def _asked(model: MicroEmo, tokens: int) -> dict[str, torch.Tensor]:
    """A prompt with the first visual tokens in it, and its answer."""
    ids = torch.tensor([[1] + [0] * tokens + PROMPT + ANSWER])
    rows = torch.full_like(ids, -1)
    rows[0, 1 : 1 + tokens] = torch.arange(tokens)
    labels = torch.full_like(ids, -100)
    labels[0, -len(ANSWER) :] = torch.tensor(ANSWER)
    return {"input_ids": ids, "visual_rows": rows, "labels": labels}


def test_new_weights_begin_with_the_gate_shut_and_all_else_alive() -> None:
    torch.manual_seed(0)
    model = MicroEmo(tiny())
    shut = {name for name, value in model.named_parameters() if not value.any()}
    assert "encoder.global_local.gate" in shut
    assert all(name.endswith("bias") for name in shut - {"encoder.global_local.gate"})
    assert all(torch.isfinite(value).all() for value in model.parameters())


def test_it_survives_its_files(model: MicroEmo, tmp_path: Path) -> None:
    changed = copy.deepcopy(model)
    with torch.no_grad():
        changed.encoder.global_local.gate.fill_(0.3)
    changed.config.trained = "a test"
    changed.save_pretrained(tmp_path)
    assert {file.suffix for file in tmp_path.iterdir()} == {".json", ".safetensors"}
    again, report = MicroEmo.from_pretrained(tmp_path, output_loading_info=True)
    assert not any(report.values())
    assert again.config.trained == "a test"
    # What stands elsewhere in memory may be multiplied in another order.
    torch.testing.assert_close(_visual_tokens(again), _visual_tokens(changed), atol=1e-5, rtol=1e-5)
    assert (_visual_tokens(again) - _visual_tokens(model)).abs().max() > 1e-3
    for name, value in changed.state_dict().items():
        assert torch.equal(value, again.state_dict()[name])


@torch.inference_mode()
def test_a_window_in_a_batch_has_the_tokens_that_it_has_alone(model: MicroEmo) -> None:
    fields = _windows(3, 1)
    batched = model.visual_tokens(WindowBatch(**fields))
    alone = model.visual_tokens(WindowBatch(**_windows(3)))
    assert [own.shape for own in batched[:1]] == [own.shape for own in alone]
    times_and_tracks = fields["crop_times_s"][0], fields["crop_track_ids"][0]
    faces = Faces(fields["crops"][:6], *times_and_tracks, fields["turns"][0])
    sentences = fields["timestamp_ids"][:3], fields["timestamp_mask"][:3]
    times_s = fields["frame_times_s"][0]
    states = model.encoder(fields["frames"][:3], *sentences, times_s, faces)
    by_itself = model.pooler(states, times_s, [(0.0, 1.2)])
    torch.testing.assert_close(batched[0], by_itself, atol=1e-4, rtol=1e-4)


@torch.inference_mode()
def test_a_prompt_is_read_with_the_visual_tokens_in_their_place(model: MicroEmo) -> None:
    visual = _visual_tokens(model)
    asked = _asked(model, len(visual))
    answered = model(**asked, windows=_windows(3))
    labels = asked.pop("labels")
    told = model(**asked, windows=_windows(3)).logits
    words = model.get_input_embeddings()
    embedded = torch.cat([words(torch.tensor([1])), visual, words(torch.tensor(PROMPT + ANSWER))])
    expected = model.language_model(inputs_embeds=embedded.unsqueeze(0)).logits
    torch.testing.assert_close(told, expected)
    before = told[:, -len(ANSWER) - 1 : -1]  # where the next word is one of the answer
    torch.testing.assert_close(answered.logits, before)
    told_apart = torch.nn.functional.cross_entropy(before[0], labels[0, -len(ANSWER) :])
    torch.testing.assert_close(answered.loss, told_apart)


def test_a_loss_reaches_every_part(model: MicroEmo) -> None:
    trained = copy.deepcopy(model).train()
    tokens = len(_visual_tokens(model))
    trained(**_asked(model, tokens), windows=_windows(3)).loss.backward()
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
    assert visual.shape == (2 * config.num_video_query_tokens, 96)
    language_model, _ = load_language_model(ModelConfig(path=str(tmp_path)))
    assert language_model.config.model_type == "qwen2"
    asked = _asked(whole, len(visual))
    with torch.inference_mode():
        told = whole(**{**asked, "labels": None}, windows=_windows(3)).logits
        words = language_model.get_input_embeddings()
        ids = asked["input_ids"][0]
        spliced = torch.cat([words(ids[:1]), visual, words(ids[1 + len(visual) :])]).unsqueeze(0)
        expected = language_model(inputs_embeds=spliced).logits
    torch.testing.assert_close(told, expected, atol=1e-5, rtol=1e-5)
