"""A missing, surplus or misshapen key of any file stops the conversion and is named."""

import os
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from jobs.convert.conversion import convert
from stages.faults import SetupError
from tests.jobs.convert import public_files as public

QFORMER = "Qformer.bert.encoder.layer.1.output_query.dense.bias"
CROSSED = "Qformer.bert.encoder.layer.0.crossattention.self.key.weight"
LORA = "llama_model.base_model.model.model.layers.1.self_attn.v_proj.lora_B.default.weight"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("public")
    public.write_public_files(folder)
    return folder


@pytest.fixture
def files(whole: Path, tmp_path: Path) -> Path:
    """All files, each a link: a test puts its own in the place of one."""
    folder = tmp_path / "in"
    shutil.copytree(whole, folder, copy_function=os.link)
    return folder


def _put(file: Path, write: Callable[[Path], None]) -> None:
    file.unlink()
    write(file)


def _refused(files: Path, message: str) -> None:
    out = files.parent / "model"
    with pytest.raises(SetupError, match=rf"(?s){message}"):
        convert(public.sources_in(files), public.choices(), out, lambda line: None)
    assert [one.name for one in files.parent.iterdir()] == ["in"]


def _without(name: str) -> Callable[[public.State], None]:
    def change(state: public.State) -> None:
        del state[name]

    return change


def _with(name: str, *shape: int) -> Callable[[public.State], None]:
    return lambda state: state.update({name: torch.zeros(shape)})


@pytest.mark.parametrize(
    ("file", "change", "message"),
    [
        ("eva_vit_g.pth", _without("blocks.1.attn.v_bias"), r"missing: 'blocks\.1\.attn\.v_bias'"),
        ("eva_vit_g.pth", _without("cls_token"), "missing: 'cls_token'"),
        ("eva_vit_g.pth", _with("blocks.0.gamma", 3), r"surplus: 'blocks\.0\.gamma'"),
        ("eva_vit_g.pth", _with("blocks.2.attn.q_bias", 3), r"'blocks\.2\.attn\.q_bias' is \[3\]"),
        ("eva_vit_g.pth", _with("blocks.7.norm1.weight", 32), "'blocks.7.norm1.weight'"),
        ("instruct_blip_vicuna7b_trimmed.pth", _without("ln_vision.bias"), "missing: 'ln_vision"),
        ("instruct_blip_vicuna7b_trimmed.pth", _with("visual.x", 1), "surplus: 'visual.x'"),
        ("instruct_blip_vicuna7b_trimmed.pth", _with("ln_vision.bias", 9), "misshapen: 'ln_vis"),
        ("instruct_blip_vicuna7b_trimmed.pth", _without(QFORMER), f"missing: '{QFORMER}'"),
        ("VL_LLaMA_2_7B_Finetuned.pth", _without("llama_proj.bias"), "missing: 'llama_proj.bias'"),
        ("VL_LLaMA_2_7B_Finetuned.pth", _with("audio_proj.bias", 4), "surplus: 'audio_proj.bias'"),
        ("timechat_7b.pth", _with(CROSSED, 24, 31), rf"'{CROSSED}' is \[24, 31\] and not \[24, 32"),
        ("timechat_7b.pth", _without(QFORMER), f"missing: '{QFORMER}'"),
        ("timechat_7b.pth", _without(LORA), f"missing: '{LORA}'"),
        ("timechat_7b.pth", _with(LORA, 24, 4), rf"'{LORA}' is \[24, 4\] and not \[24, 3\]"),
        ("timechat_7b.pth", _with("llama_proj.weight", 50, 24), r"'llama_proj\.weight' is \[50"),
        ("timechat_7b.pth", _with("stranger", 1), "surplus: 'stranger'"),
        ("timechat_7b.pth", _without("query_tokens"), "'query_tokens' is missing"),
    ],
)
def test_a_faulty_key_is_named(
    files: Path, file: str, change: Callable[[public.State], None], message: str
) -> None:
    written = torch.load(files / file, weights_only=True)
    change(written.get("model", written))
    _put(files / file, lambda place: torch.save(written, place))
    _refused(files, rf"{file}.*{message}")


def test_timechat_without_lora_is_refused(files: Path) -> None:
    state = {"model": public.video_llama_state()}
    _put(files / "timechat_7b.pth", lambda place: torch.save(state, place))
    _refused(files, "timechat_7b.pth")


def _change_llama(files: Path, name: str, value: torch.Tensor | None) -> None:
    for file in (files / "llama").glob("*.safetensors"):
        tensors = load_file(file)
        if name in tensors:
            others = {key: held for key, held in tensors.items() if key != name}
            given = others if value is None else others | {name: value}
            _put(file, partial(save_file, given))


def test_a_faulty_key_of_the_language_model_is_named(files: Path) -> None:
    name = "model.layers.1.mlp.up_proj.weight"
    _change_llama(files, name, torch.zeros(3, 3))
    _refused(files, rf"llama.*misshapen: '{name}' is \[3, 3\]")
    _change_llama(files, name, None)
    _refused(files, f"llama.*missing: '{name}'")


def test_buffers_of_the_language_model_are_known_and_dropped(files: Path) -> None:
    file = min((files / "llama").glob("*.safetensors"))
    buffer = "model.layers.0.self_attn.rotary_emb.inv_freq"
    given = load_file(file) | {buffer: torch.ones(6)}
    _put(file, partial(save_file, given))
    out = files.parent / "model"
    done = convert(public.sources_in(files), public.choices(), out, lambda line: None)
    assert done.plan.dropped[files / "llama"] == (buffer,)
    assert not [name for name in done.plan.tensors if "inv_freq" in name]
