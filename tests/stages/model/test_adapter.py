"""LoRA on the language model: it begins as nothing, survives its files and merges exactly."""

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from stages.faults import SetupError
from stages.model.config import ModelConfig
from stages.model.folder import TINY
from stages.model.loading import load_language_model, load_tokenizer
from stages.model.modeling_microemo import MicroEmo
from stages.model.shapes import tiny
from stages.model.timestamps import timestamp_ids

IDS = torch.tensor([[1, 300, 301, 302, 40, 41]])
PROJECTIONS = ("q_proj", "k_proj", "v_proj", "o_proj")
# A and B of each projection of each layer.
ADAPTERS = 2 * len(PROJECTIONS) * tiny().text_config.num_hidden_layers


def _adapted() -> MicroEmo:
    config = tiny()
    config.lora_rank, config.lora_alpha = 4, 12
    torch.manual_seed(0)
    return MicroEmo(config).eval()


@pytest.fixture(scope="module")
def trained() -> MicroEmo:
    model = _adapted()
    with torch.no_grad():
        for name, value in model.named_parameters():
            if ".lora_B." in name:
                value.normal_(std=0.1)
    return model


@pytest.fixture
def folder(trained: MicroEmo, tmp_path: Path) -> Path:
    trained.save_pretrained(tmp_path)
    for file in ("tokenizer.json", "tokenizer_config.json"):
        (tmp_path / file).write_bytes((TINY / file).read_bytes())
    return tmp_path


@torch.inference_mode()
def _logits(model: torch.nn.Module) -> torch.Tensor:
    logits: torch.Tensor = model(input_ids=IDS).logits
    return logits


def test_a_new_adapter_changes_nothing_yet() -> None:
    model = _adapted()
    adapter = {name: value for name, value in model.named_parameters() if ".lora_" in name}
    assert len(adapter) == ADAPTERS
    assert all(value.any() != (".lora_B." in name) for name, value in adapter.items())


FROZEN = ("encoder.frames.vision_model.", "language_model.")


def _learning(model: MicroEmo) -> set[str]:
    return {name for name, value in model.named_parameters() if value.requires_grad}


def test_the_vision_and_the_language_model_are_frozen_and_the_rest_is_not(
    trained: MicroEmo, folder: Path
) -> None:
    """Also after loading, which would thaw all."""
    expected = {
        name
        for name, _ in trained.named_parameters()
        if not name.startswith(FROZEN) or ".lora_" in name
    }
    assert sum(".lora_" in name for name in expected) == ADAPTERS
    assert _learning(trained) == expected
    assert _learning(MicroEmo.from_pretrained(folder)) == expected
    again, _ = MicroEmo.from_pretrained(folder, output_loading_info=True)
    assert _learning(again) == expected


def _gradients(model: MicroEmo) -> dict[str, torch.Tensor]:
    """Of a window with faces, from pixels to loss."""
    random = torch.Generator().manual_seed(3)
    frames = torch.randint(0, 256, (3, 112, 112, 3), dtype=torch.uint8, generator=random)
    crops = torch.randint(0, 256, (9, 112, 112, 3), dtype=torch.uint8, generator=random)
    times_s = np.arange(3) * 0.4
    ids, mask = timestamp_ids(load_tokenizer(TINY), times_s.tolist(), 16)
    window = {
        "frames": frames,
        "timestamp_ids": ids,
        "timestamp_mask": mask,
        "frame_times_s": [times_s],
        "crops": crops,
        "crop_times_s": [np.arange(9) * 0.1],
        "crop_track_ids": [np.zeros(9, np.int64)],
        "spans_s": [[]],
        "turns": [[]],
    }
    rows = torch.arange(model.config.num_video_query_tokens)
    visual_rows = torch.nn.functional.pad(rows[None], (2, 3), value=-1)
    prompt = torch.tensor([[1, 300] + [5] * len(rows) + [301, 302, 303]])
    labels = prompt.masked_fill(visual_rows >= 0, -100)
    torch.manual_seed(4)  # of the dropout
    model.zero_grad()
    model(prompt, visual_rows, window, labels=labels).loss.backward()
    return {
        name: value.grad.clone()
        for name, value in model.named_parameters()
        if value.grad is not None
    }


def test_gradients_are_the_same_when_activations_are_computed_again(folder: Path) -> None:
    model = MicroEmo.from_pretrained(folder).train()
    torch.nn.init.ones_(model.encoder.global_local.gate)
    computed: list[str] = []
    for part in (
        model.language_model.model.layers[0].mlp,
        model.pooler.video.qformer.encoder.layer[0].attention,
    ):
        part.register_forward_pre_hook(lambda *_: computed.append("once"))
    expected = _gradients(model)
    assert set(expected) == _learning(model)
    before = len(computed)
    model.gradient_checkpointing_enable()
    found = _gradients(model)
    assert len(computed) == 3 * before
    assert found.keys() == expected.keys()
    for name, gradient in found.items():
        torch.testing.assert_close(gradient, expected[name], rtol=1e-4, atol=1e-6)


def test_the_whole_survives_its_files_with_the_adapter_apart(
    trained: MicroEmo, folder: Path
) -> None:
    again, report = MicroEmo.from_pretrained(folder, output_loading_info=True)
    assert not any(report.values())
    expected = trained.state_dict()
    assert again.state_dict().keys() == expected.keys()
    assert all(torch.equal(value, expected[name]) for name, value in again.state_dict().items())


def test_loading_adds_the_adapter_to_the_weights_by_the_formula(
    trained: MicroEmo, folder: Path
) -> None:
    merged = load_language_model(ModelConfig(path=str(folder)))[0]
    before = trained.language_model.state_dict()
    for name, value in merged.state_dict().items():
        stem = name.removesuffix(".weight")
        if stem.rpartition(".")[2] in PROJECTIONS:
            low, high = (before[f"{stem}.lora_{part}.default.weight"].double() for part in "AB")
            expected = before[f"{stem}.base_layer.weight"].double() + 12 / 4 * high @ low
            torch.testing.assert_close(value.double(), expected, atol=1e-6, rtol=1e-5)
        else:
            assert torch.equal(value, before[name])
    assert not any("lora" in name or "base_layer" in name for name in merged.state_dict())


def test_the_merged_network_says_what_the_two_say(trained: MicroEmo, folder: Path) -> None:
    merged = load_language_model(ModelConfig(path=str(folder)))[0]
    torch.testing.assert_close(
        _logits(merged), _logits(trained.language_model), atol=1e-5, rtol=1e-5
    )
    assert not any(parameter.requires_grad for parameter in merged.parameters())


@pytest.mark.parametrize(
    ("fault", "message"), [("missing", "missing"), ("cut", "of another shape")]
)
def test_an_adapter_that_does_not_fit_is_named(folder: Path, fault: str, message: str) -> None:
    file = folder / "model.safetensors"
    tensors = load_file(file)
    name = "language_model.model.layers.1.self_attn.v_proj.lora_A.default.weight"
    if fault == "missing":
        del tensors[name]
    else:
        tensors[name] = tensors[name][:2].clone()
    save_file(tensors, file)
    with pytest.raises(SetupError, match=rf"{message} {name}"):
        load_language_model(ModelConfig(path=str(folder)))


def test_an_adapter_that_the_configuration_does_not_know_is_refused(folder: Path) -> None:
    file = folder / "config.json"
    file.write_text(file.read_text().replace('"lora_rank": 4', '"lora_rank": 0'))
    with pytest.raises(SetupError, match=r"layers\.0\.self_attn\.\w+\.\w+"):
        load_language_model(ModelConfig(path=str(folder)))
