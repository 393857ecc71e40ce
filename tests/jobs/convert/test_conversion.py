"""A converted folder loads and computes what the public files hold, or nothing is written."""

import json
import math
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from torch.nn.functional import gelu, layer_norm
from transformers import LlamaForCausalLM
from transformers.models.blip_2.modeling_blip_2 import Blip2QFormerConfig, Blip2QFormerModel
from transformers.models.instructblip.modeling_instructblip import (
    InstructBlipQFormerConfig,
    InstructBlipQFormerModel,
)

from jobs.convert.choices import Sources
from jobs.convert.conversion import Conversion, convert
from stages.faults import SetupError
from stages.model.config import ModelConfig
from stages.model.folder import QFORMER_TOKENIZER, model_identity
from stages.model.loading import (
    load_encoder,
    load_language_model,
    load_model_config,
    load_pooler,
    load_timestamp_tokenizer,
)
from tests.jobs.convert import public_files as public


@pytest.fixture(autouse=True)
def _threads() -> Iterator[None]:
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("public")
    public.write_public_files(folder)
    return folder


def _convert(sources: Sources, out: Path, **chosen: Any) -> Conversion:
    return convert(sources, public.choices(**chosen), out, lambda line: None)


@pytest.fixture(scope="module")
def timechat(files: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """TimeChat's stage, its LoRA kept, in several files."""
    out = tmp_path_factory.mktemp("timechat") / "model"
    sources = public.sources_in(files, video_llama=False)
    done = _convert(sources, out, max_shard_size="8MB")
    assert done.files > 2
    return out


@pytest.fixture(scope="module")
def merged(files: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("merged") / "model"
    _convert(public.sources_in(files), out, merge_lora=True)
    return out


@pytest.fixture(scope="module")
def video_llama(files: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("video_llama") / "model"
    _convert(public.sources_in(files, timechat=False), out)
    return out


def _config(folder: Path) -> ModelConfig:
    return ModelConfig(path=str(folder))


def _copy(into: torch.nn.Module, state: public.State, own: str) -> None:
    """Load what the original calls `own` into one module, and leave no tensor of it over."""
    tensors = {
        name.removeprefix(own): value for name, value in state.items() if name.startswith(own)
    }
    into.load_state_dict(tensors, strict=True)


def _copy_qformer(model: Any, norm: Any, state: public.State, own: str, text: bool) -> None:
    _copy(norm, state, f"{own}embeddings.LayerNorm.")
    for at, layer in enumerate(model.encoder.layer):
        here = f"{own}encoder.layer.{at}."
        for name in ("attention", "crossattention"):
            if any(key.startswith(f"{here}{name}.") for key in state):
                _copy(getattr(layer, name).attention, state, f"{here}{name}.self.")
                _copy(getattr(layer, name).output, state, f"{here}{name}.output.")
        for branch in ("", "_query") if text else ("_query",):
            _copy(getattr(layer, f"intermediate{branch}"), state, f"{here}intermediate{branch}.")
            _copy(getattr(layer, f"output{branch}"), state, f"{here}output{branch}.")


def _image_qformer(state: public.State) -> InstructBlipQFormerModel:
    model = InstructBlipQFormerModel(
        InstructBlipQFormerConfig(
            vocab_size=len(public.BERT_WORDS) + 1,
            hidden_size=public.WIDTH,
            intermediate_size=public.INNER,
            num_attention_heads=public.HEADS,
            num_hidden_layers=public.LAYERS,
            max_position_embeddings=public.POSITIONS,
            encoder_hidden_size=public.VIT_WIDTH,
        )
    ).eval()
    own = "Qformer.bert."
    for name in ("word_embeddings", "position_embeddings"):
        _copy(getattr(model.embeddings, name), state, f"{own}embeddings.{name}.")
    _copy_qformer(model, model.embeddings.layernorm, state, own, text=True)
    return model


def _video_qformer(state: public.State) -> Blip2QFormerModel:
    model = Blip2QFormerModel(
        Blip2QFormerConfig(
            hidden_size=public.WIDTH,
            intermediate_size=public.INNER,
            num_attention_heads=public.HEADS,
            num_hidden_layers=2,
            cross_attention_frequency=1,
            encoder_hidden_size=public.WIDTH,
        )
    ).eval()
    _copy_qformer(model, model.layernorm, state, "video_Qformer.bert.", text=False)
    return model


def _vit(pixels: torch.Tensor) -> torch.Tensor:
    """EVA's ViT by its formulas in 64 bits, from the original keys; [F, 3, S, S] to [F, P, D]."""
    state = {name: value.double() for name, value in public.eva_state().items()}
    blip = public.instruct_blip_state()
    width, heads = public.VIT_WIDTH, public.VIT_HEADS

    def norm(x: torch.Tensor, own: str) -> torch.Tensor:
        return layer_norm(x, (width,), state[f"{own}.weight"], state[f"{own}.bias"], 1e-6)

    patches = torch.nn.functional.conv2d(
        pixels.double(),
        state["patch_embed.proj.weight"],
        state["patch_embed.proj.bias"],
        stride=public.PATCH,
    )
    x = torch.cat(
        [state["cls_token"].expand(len(pixels), -1, -1), patches.flatten(2).transpose(1, 2)], 1
    )
    x = x + state["pos_embed"]
    for block in range(public.BLOCKS):
        own = f"blocks.{block}."
        seen = norm(x, f"{own}norm1")
        bias = (
            state[f"{own}attn.q_bias"],
            torch.zeros(width, dtype=torch.float64),
            state[f"{own}attn.v_bias"],
        )
        rows = state[f"{own}attn.qkv.weight"].split(width)
        query, key, value = (
            (seen @ weight.T + part).unflatten(-1, (heads, -1)).transpose(1, 2)
            for weight, part in zip(rows, bias, strict=True)
        )
        weights = (query @ key.transpose(-1, -2) / math.sqrt(width // heads)).softmax(-1)
        mixed = (weights @ value).transpose(1, 2).flatten(2)
        x = x + mixed @ state[f"{own}attn.proj.weight"].T + state[f"{own}attn.proj.bias"]
        inner = norm(x, f"{own}norm2") @ state[f"{own}mlp.fc1.weight"].T
        inner = gelu(inner + state[f"{own}mlp.fc1.bias"])
        x = x + inner @ state[f"{own}mlp.fc2.weight"].T + state[f"{own}mlp.fc2.bias"]
    last = (blip[f"ln_vision.{kind}"].double() for kind in ("weight", "bias"))
    return layer_norm(x, (width,), *last, 1e-5)


@pytest.mark.parametrize("stage", ["timechat", "video_llama"])
def test_the_encoder_computes_what_the_original_tensors_say(
    stage: str, request: pytest.FixtureRequest
) -> None:
    encoder = load_encoder(_config(request.getfixturevalue(stage)))
    state = public.timechat_state() if stage == "timechat" else public.instruct_blip_state()
    side = public.SIDE * public.PATCH
    frames = torch.randint(0, 256, (3, side, side, 3), dtype=torch.uint8)
    ids = torch.randint(0, len(public.BERT_WORDS), (3, 8))
    mask = torch.tensor([[1] * 8, [1] * 5 + [0] * 3, [1] * 6 + [0] * 2])

    mean, deviation = (
        torch.tensor(values)
        for values in ((0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711))
    )
    pixels = ((frames / 255.0 - mean) / deviation).permute(0, 3, 1, 2)
    with torch.inference_mode():
        queries = state["query_tokens"].expand(3, -1, -1)
        expected = _image_qformer(state)(
            input_ids=ids,
            attention_mask=torch.cat([torch.ones(queries.shape[:2], dtype=torch.long), mask], 1),
            query_embeds=queries,
            encoder_hidden_states=_vit(pixels).float(),
        ).last_hidden_state
        found = encoder.frames(frames, ids, mask)
    torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("stage", ["timechat", "video_llama"])
def test_the_pooler_computes_what_the_original_tensors_say(
    stage: str, request: pytest.FixtureRequest
) -> None:
    pooler = load_pooler(_config(request.getfixturevalue(stage)))
    state = public.timechat_state() if stage == "timechat" else public.video_llama_state()
    states = torch.randn(4, 9, public.WIDTH)
    placed = states + state["video_frame_position_embedding.weight"][:4, None]
    qformer = _video_qformer(state)
    with torch.inference_mode():
        read = qformer(
            query_embeds=state["video_query_tokens"],
            encoder_hidden_states=placed.flatten(0, 1).unsqueeze(0),
        ).last_hidden_state[0]
        expected = read @ state["llama_proj.weight"].T + state["llama_proj.bias"]
        found = pooler(states, np.array([0.0, 1.0, 2.0, 3.0]), [(0.5, 2.5)])
    torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("stage", ["timechat", "video_llama"])
def test_the_windows_are_pooled_as_the_weights_were_trained(
    stage: str, request: pytest.FixtureRequest
) -> None:
    """They never saw the tokens of an utterance."""
    config = load_model_config(Path(_config(request.getfixturevalue(stage)).path))
    assert config.global_mode == "sliding"
    assert (config.sliding_window, config.sliding_stride) == (32, 32)
    assert config.timestamp_length == 32


def _logits(model: Any) -> torch.Tensor:
    with torch.inference_mode():
        logits: torch.Tensor = model(torch.arange(20).reshape(2, 10)).logits
    return logits


def test_the_language_model_without_a_lora_is_that_of_its_folder(
    files: Path, video_llama: Path
) -> None:
    model, _ = load_language_model(_config(video_llama))
    original = LlamaForCausalLM.from_pretrained(files / "llama").eval()
    assert torch.equal(_logits(model), _logits(original))


@pytest.mark.parametrize("stage", ["timechat", "merged"])
def test_the_lora_acts_whether_it_is_kept_or_merged(
    files: Path, stage: str, request: pytest.FixtureRequest
) -> None:
    model, _ = load_language_model(_config(request.getfixturevalue(stage)))
    original = LlamaForCausalLM.from_pretrained(files / "llama").eval()
    plain, state = _logits(original), public.timechat_state()
    for at, layer in enumerate(original.model.layers):
        for kind in ("q_proj", "k_proj", "v_proj", "o_proj"):
            own = f"llama_model.base_model.model.model.layers.{at}.self_attn.{kind}.lora_"
            change = state[f"{own}B.default.weight"] @ state[f"{own}A.default.weight"]
            getattr(layer.self_attn, kind).weight.data += change
    torch.testing.assert_close(_logits(model), _logits(original), rtol=1e-5, atol=1e-5)
    assert not torch.allclose(_logits(model), plain, atol=1e-2)


def test_the_scale_of_the_lora_can_be_given(files: Path, merged: Path, tmp_path: Path) -> None:
    sources = public.sources_in(files)
    _convert(sources, tmp_path / "model", merge_lora=True, lora_alpha=2 * public.RANK)
    name = "language_model.model.layers.0.self_attn.q_proj.weight"
    base = LlamaForCausalLM.from_pretrained(files / "llama").state_dict()
    once, twice = (
        load_file(folder / "model.safetensors")[name] - base[name.removeprefix("language_model.")]
        for folder in (merged, tmp_path / "model")
    )
    torch.testing.assert_close(twice, 2 * once, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("chosen", [{"merge_lora": True}, {"lora_alpha": 16}])
def test_there_is_no_lora_to_merge_without_timechat(
    files: Path, tmp_path: Path, chosen: dict[str, Any]
) -> None:
    with pytest.raises(SetupError, match="only TimeChat's file holds a LoRA"):
        _convert(public.sources_in(files, timechat=False), tmp_path / "model", **chosen)


def test_the_sizes_are_those_of_the_tensors(timechat: Path, merged: Path) -> None:
    shape = load_model_config(timechat)
    assert (shape.vision_config.num_hidden_layers, shape.vision_config.image_size) == (3, 16)
    assert shape.qformer_config.vocab_size == len(public.BERT_WORDS) + 1
    assert (shape.qformer_config.num_hidden_layers, shape.num_query_tokens) == (4, 5)
    assert (shape.video_qformer_config.num_hidden_layers, shape.num_video_query_tokens) == (2, 6)
    assert (shape.max_frames, shape.text_config.hidden_size) == (7, 48)
    assert (shape.lora_rank, shape.lora_alpha, load_model_config(merged).lora_rank) == (3, 3, 0)


def test_what_is_new_begins_with_a_closed_gate_and_always_the_same(
    merged: Path, video_llama: Path
) -> None:
    one, other = (load_file(folder / "model.safetensors") for folder in (merged, video_llama))
    own = [name for name in one if name.startswith(("encoder.local.", "encoder.global_local."))]
    assert own
    assert all(torch.equal(one[name], other[name]) for name in own)
    assert one["encoder.global_local.gate"].item() == 0
    assert one["encoder.local.departure.tokens.weight"].std() > 0


def test_what_each_row_will_say_of_the_model(timechat: Path, video_llama: Path) -> None:
    assert model_identity(_config(timechat))["trained"].startswith("TimeChat's data")
    assert model_identity(_config(video_llama))["trained"].startswith("Video-LLaMA's data")


def test_what_ends_an_answer_and_how_turns_are_written_come_along(
    files: Path, tmp_path: Path
) -> None:
    llm = tmp_path / "llm"
    shutil.copytree(files / "llama", llm)
    (llm / "generation_config.json").write_text('{"eos_token_id": [7, 2], "temperature": 0.6}')
    (llm / "chat_template.jinja").write_text("{{ messages[0].content }}")
    sources = public.sources_in(files, timechat=False)
    out = tmp_path / "model"
    _convert(replace(sources, llm=replace(sources.llm, path=llm)), out)
    before = model_identity(_config(out))["revision"]
    model, tokenizer = load_language_model(_config(out))
    assert model.generation_config.eos_token_id == [7, 2]
    assert model.generation_config.temperature != 0.6
    assert tokenizer.chat_template == "{{ messages[0].content }}"
    assert load_model_config(out).chat_form is None
    for name in ("generation_config.json", "chat_template.jinja"):  # either changes the answers
        with (out / name).open("a") as stream:
            stream.write(" ")
        after = model_identity(_config(out))["revision"]
        assert after != before
        before = after


def test_timechats_form_stays_whatever_template_the_tokenizer_has(timechat: Path) -> None:
    assert load_model_config(timechat).chat_form == "llama2"


def test_the_report_tells_where_each_tensor_is_from(files: Path, tmp_path: Path) -> None:
    done = _convert(public.sources_in(files), tmp_path / "model")
    origins = {name: planned.origin for name, planned in done.plan.tensors.items()}
    assert origins["encoder.frames.query_tokens"] == "timechat_7b.pth"
    post_norm = "encoder.frames.vision_model.post_layernorm.weight"
    assert origins[post_norm] == "instruct_blip_vicuna7b_trimmed.pth"
    assert origins["language_model.lm_head.weight"] == "llama"
    assert origins["encoder.global_local.gate"] == "new"
    dropped = {path.name: names for path, names in done.plan.dropped.items()}
    assert {"norm.weight", "head.bias", "blocks.3.attn.q_bias"} <= set(dropped["eva_vit_g.pth"])
    assert "llm_proj.weight" in dropped["instruct_blip_vicuna7b_trimmed.pth"]
    assert dropped["llama"] == ()
    replaced = {path.name: count for path, count in done.plan.replaced.items()}
    assert replaced["VL_LLaMA_2_7B_Finetuned.pth"] == len(public.video_llama_state()) - 1
    written = load_file(tmp_path / "model" / "model.safetensors")
    assert {name: tuple(one.shape) for name, one in written.items()} == {
        name: tuple(planned.shape) for name, planned in done.plan.tensors.items()
    }


def test_the_frame_positions_are_stretched_to_the_nearest(files: Path, tmp_path: Path) -> None:
    out = tmp_path / "model"
    _convert(public.sources_in(files, timechat=False), out, max_frames=3 * public.FRAMES)
    stretched = load_pooler(_config(out)).video.frame_position_embedding.weight
    own = public.video_llama_state()["video_frame_position_embedding.weight"]
    assert torch.equal(stretched, own.repeat_interleave(3, dim=0))


def test_tensors_keep_their_type(files: Path, tmp_path: Path) -> None:
    half = {name: value.half() for name, value in public.eva_state().items()}
    torch.save(half, tmp_path / "eva_vit_g.pth")
    given = public.sources_in(files)
    sources = replace(given, eva=replace(given.eva, path=tmp_path / "eva_vit_g.pth"))
    _convert(sources, tmp_path / "model")
    written = load_file(tmp_path / "model" / "model.safetensors")
    block = "encoder.frames.vision_model.encoder.layers.0."
    assert written[f"{block}self_attn.qkv.bias"].dtype == torch.float16
    assert written["encoder.frames.query_tokens"].dtype == torch.float32


def test_a_tied_head_is_not_written_twice(files: Path, tmp_path: Path) -> None:
    public.write_llama(tmp_path / "llama", tie_word_embeddings=True)
    given = public.sources_in(files, timechat=False)
    sources = replace(given, llm=replace(given.llm, path=tmp_path / "llama"))
    _convert(sources, tmp_path / "model")
    model, _ = load_language_model(_config(tmp_path / "model"))
    original = LlamaForCausalLM.from_pretrained(tmp_path / "llama").eval()
    assert torch.equal(_logits(model), _logits(original))


def test_the_notice_names_each_source_with_its_licence_and_sum(timechat: Path) -> None:
    text = (timechat / "NOTICE").read_text()
    for name in ("eva_vit_g.pth", "timechat_7b.pth", "llama", "bert"):
        assert f"licence of {name}" in text
    assert "VL_LLaMA" not in text
    assert (timechat / "licences" / "LICENSE.txt").read_text() == "terms"


def test_both_tokenizers_come_along(timechat: Path) -> None:
    from transformers import PreTrainedTokenizerFast

    own = PreTrainedTokenizerFast.from_pretrained(timechat)
    assert own.get_vocab()["<ImageHere>"] == load_model_config(timechat).image_token_id == 20
    bert = PreTrainedTokenizerFast.from_pretrained(timechat / QFORMER_TOKENIZER)
    assert len(bert) == load_model_config(timechat).qformer_config.vocab_size
    assert bert("This frame").input_ids == [2, 5, 6, 3]
    assert load_timestamp_tokenizer(timechat).get_vocab() == bert.get_vocab()


def test_timestamps_in_the_language_models_ids_need_no_other_tokenizer(
    files: Path, tmp_path: Path
) -> None:
    sources = replace(public.sources_in(files), qformer_tokenizer=None)
    with pytest.raises(SetupError, match="--qformer-tokenizer"):
        _convert(sources, tmp_path / "model")
    _convert(sources, tmp_path / "model", timestamp_ids="llama")
    assert not (tmp_path / "model" / QFORMER_TOKENIZER).exists()
    assert load_model_config(tmp_path / "model").timestamp_ids == "llama"
    assert "<ImageHere>" in load_timestamp_tokenizer(tmp_path / "model").get_vocab()


def test_a_folder_that_holds_something_is_left_alone(files: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    with pytest.raises(SetupError, match="not an empty folder"):
        _convert(public.sources_in(files), tmp_path)
    with pytest.raises(SetupError, match="not an empty folder"):
        _convert(public.sources_in(files), tmp_path / "mine")
    assert [file.name for file in tmp_path.iterdir()] == ["mine"]


def test_an_empty_folder_may_be_given(files: Path, tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    _convert(public.sources_in(files), tmp_path / "model")
    assert load_model_config(tmp_path / "model").num_query_tokens == public.QUERIES


def test_folders_above_are_made_where_they_can_be(files: Path, tmp_path: Path) -> None:
    _convert(public.sources_in(files), tmp_path / "new" / "models" / "mine")
    assert (tmp_path / "new" / "models" / "mine" / "config.json").is_file()
    (tmp_path / "file").write_text("x")
    with pytest.raises(SetupError, match=r"file/models cannot be made.*--out"):
        _convert(public.sources_in(files), tmp_path / "file" / "models" / "mine")


def test_an_interrupted_conversion_leaves_nothing(files: Path, tmp_path: Path) -> None:
    written: list[str] = []

    def interrupt(line: str) -> None:
        written.append(line)
        if len(written) == 3:
            raise KeyboardInterrupt

    chosen = public.choices(max_shard_size="8MB")
    with pytest.raises(KeyboardInterrupt):
        convert(public.sources_in(files), chosen, tmp_path / "model", interrupt)
    assert list(tmp_path.iterdir()) == []


def test_config_is_written_last(timechat: Path) -> None:
    """What a killed conversion leaves is no model, whatever else it holds."""
    others = [file for file in timechat.rglob("*") if file.is_file() and file.name != "config.json"]
    last = (timechat / "config.json").stat().st_mtime_ns
    assert all(file.stat().st_mtime_ns <= last for file in others)
    assert json.loads((timechat / "config.json").read_text())["architectures"] == ["MicroEmo"]
