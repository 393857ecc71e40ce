"""Files with the keys of the public checkpoints and small shapes, written for the tests."""

from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from jobs.convert.choices import Choices, Sources
from jobs.convert.notice import Source

State = dict[str, torch.Tensor]

VIT_WIDTH, VIT_INNER, VIT_HEADS, PATCH, SIDE, BLOCKS = 32, 56, 4, 4, 4, 3
WIDTH, INNER, HEADS, LAYERS, POSITIONS = 24, 40, 3, 4, 40
QUERIES, VIDEO_QUERIES, FRAMES = 5, 6, 7
LLM_WIDTH, LLM_LAYERS, LLM_VOCABULARY, RANK = 48, 2, 40, 3
CHOICES = {"vit_heads": VIT_HEADS, "qformer_heads": HEADS}

BERT_WORDS = (
    *("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"),
    *("this", "frame", "is", "sampled", "at", "second", "."),
    *(str(digit) for digit in range(10)),
    *(f"##{digit}" for digit in range(10)),
)
LLAMA_WORDS = ("<unk>", "<s>", "</s>", "This", "frame", "is", "sampled", "at", "second", ".")


class Drawn:
    """Draws tensors; two with one seed are equal."""

    def __init__(self, seed: int) -> None:
        self._generator = torch.Generator().manual_seed(seed)

    def __call__(self, *shape: int) -> torch.Tensor:
        return torch.randn(shape, generator=self._generator) * 0.3


def eva_state(blocks: int = BLOCKS, whole: bool = True) -> State:
    """`eva_vit_g.pth`: flat keys; a whole one has a block more, the final norm and the head."""
    drawn, width = Drawn(1), VIT_WIDTH
    state = {
        "cls_token": drawn(1, 1, width),
        "pos_embed": drawn(1, SIDE * SIDE + 1, width),
        "patch_embed.proj.weight": drawn(width, 3, PATCH, PATCH),
        "patch_embed.proj.bias": drawn(width),
    }
    for block in range(blocks + whole):
        own = f"blocks.{block}."
        state |= {
            f"{own}norm1.weight": drawn(width),
            f"{own}norm1.bias": drawn(width),
            f"{own}attn.q_bias": drawn(width),
            f"{own}attn.v_bias": drawn(width),
            f"{own}attn.qkv.weight": drawn(3 * width, width),
            f"{own}attn.proj.weight": drawn(width, width),
            f"{own}attn.proj.bias": drawn(width),
            f"{own}norm2.weight": drawn(width),
            f"{own}norm2.bias": drawn(width),
            f"{own}mlp.fc1.weight": drawn(VIT_INNER, width),
            f"{own}mlp.fc1.bias": drawn(VIT_INNER),
            f"{own}mlp.fc2.weight": drawn(width, VIT_INNER),
            f"{own}mlp.fc2.bias": drawn(width),
        }
    if whole:
        state |= {"norm.weight": drawn(width), "norm.bias": drawn(width)}
        state |= {"head.weight": drawn(11, width), "head.bias": drawn(11)}
    return state


def instruct_blip_state() -> State:
    """`instruct_blip_vicuna7b_trimmed.pth`, with a projection that is not used."""
    drawn = Drawn(2)
    return {
        "ln_vision.weight": drawn(VIT_WIDTH),
        "ln_vision.bias": drawn(VIT_WIDTH),
        **_image_qformer(drawn),
        "Qformer.cls.predictions.bias": drawn(9),
        "llm_proj.weight": drawn(8, WIDTH),
        "llm_proj.bias": drawn(8),
    }


def video_llama_state(frames: int = FRAMES, seed: int = 3) -> State:
    """`VL_LLaMA_2_7B_Finetuned.pth`."""
    drawn = Drawn(seed)
    return {
        "video_query_tokens": drawn(1, VIDEO_QUERIES, WIDTH),
        "video_frame_position_embedding.weight": drawn(frames, WIDTH),
        **_qformer("video_Qformer.bert.", drawn, layers=2, every=1, read=WIDTH, text=False),
        "llama_proj.weight": drawn(LLM_WIDTH, WIDTH),
        "llama_proj.bias": drawn(LLM_WIDTH),
    }


def timechat_state() -> State:
    """`timechat_7b.pth`: Video-LLaMA's keys, the image Q-Former's, and LoRA."""
    drawn = Drawn(4)
    state = video_llama_state(seed=5) | _image_qformer(drawn)
    for layer in range(LLM_LAYERS):
        for kind in "qkvo":
            out = LLM_WIDTH // 2 if kind in "kv" else LLM_WIDTH
            own = f"llama_model.base_model.model.model.layers.{layer}.self_attn.{kind}_proj.lora_"
            state[f"{own}A.default.weight"] = drawn(RANK, LLM_WIDTH)
            state[f"{own}B.default.weight"] = drawn(out, RANK)
    return state


def write_llama(folder: Path, **changed: Any) -> LlamaForCausalLM:
    """A Hugging Face folder of a small LLaMA in several safetensors files, with a tokenizer."""
    torch.manual_seed(6)
    config = LlamaConfig(
        hidden_size=LLM_WIDTH,
        intermediate_size=64,
        num_hidden_layers=LLM_LAYERS,
        num_attention_heads=4,
        num_key_value_heads=2,
        vocab_size=LLM_VOCABULARY,
        max_position_embeddings=1024,
        initializer_range=0.2,
        **changed,
    )
    model = LlamaForCausalLM(config)
    model.save_pretrained(folder, max_shard_size="20KB")
    words = {word: at for at, word in enumerate((*LLAMA_WORDS, *map(str, range(10))))}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Whitespace(), pre_tokenizers.Digits(individual_digits=True)]
    )
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, unk_token="<unk>", bos_token="<s>", eos_token="</s>"
    ).save_pretrained(folder)
    return model.eval()


def write_public_files(folder: Path) -> Sources:
    """All files in `folder`, under their public names."""
    torch.save(eva_state(), folder / "eva_vit_g.pth")
    blip = folder / "instruct_blip_vicuna7b_trimmed.pth"
    torch.save({"model": instruct_blip_state()}, blip)
    torch.save(
        {"model": video_llama_state(), "optimizer": {"state": {}, "lr": 1e-4}, "epoch": 2},
        folder / "VL_LLaMA_2_7B_Finetuned.pth",
    )
    torch.save({"model": timechat_state(), "config": {"x": 1}}, folder / "timechat_7b.pth")
    write_llama(folder / "llama")
    (folder / "llama" / "LICENSE.txt").write_text("terms")
    (folder / "bert").mkdir()
    (folder / "bert" / "vocab.txt").write_text("\n".join(BERT_WORDS) + "\n")
    return sources_in(folder)


def sources_in(folder: Path, *, timechat: bool = True, video_llama: bool = True) -> Sources:
    """Sources of the files in `folder`."""

    def source(name: str) -> Source:
        return Source(folder / name, f"what {name} holds", f"licence of {name}", "https://x.y/")

    return Sources(
        eva=source("eva_vit_g.pth"),
        instruct_blip=source("instruct_blip_vicuna7b_trimmed.pth"),
        llm=source("llama"),
        video_llama=source("VL_LLaMA_2_7B_Finetuned.pth") if video_llama else None,
        timechat=source("timechat_7b.pth") if timechat else None,
        qformer_tokenizer=source("bert"),
    )


def choices(**chosen: Any) -> Choices:
    """Choices with the heads of the small networks."""
    return Choices(**(CHOICES | chosen))


def _image_qformer(drawn: Drawn) -> State:
    own = "Qformer.bert.embeddings."
    return {
        "query_tokens": drawn(1, QUERIES, WIDTH),
        f"{own}word_embeddings.weight": drawn(len(BERT_WORDS) + 1, WIDTH),
        f"{own}position_embeddings.weight": drawn(POSITIONS, WIDTH),
        **_qformer("Qformer.bert.", drawn, layers=LAYERS, every=2, read=VIT_WIDTH, text=True),
    }


def _qformer(own: str, drawn: Drawn, *, layers: int, every: int, read: int, text: bool) -> State:
    state = {f"{own}embeddings.position_ids": torch.arange(POSITIONS).unsqueeze(0)}
    state |= _norm(f"{own}embeddings.LayerNorm", drawn)
    for layer in range(layers):
        attentions = [("attention", WIDTH)]
        if layer % every == 0:
            attentions.append(("crossattention", read))
        for attention, of in attentions:
            at = f"{own}encoder.layer.{layer}.{attention}."
            state |= _linear(f"{at}self.query", drawn, WIDTH, WIDTH)
            state |= _linear(f"{at}self.key", drawn, WIDTH, of)
            state |= _linear(f"{at}self.value", drawn, WIDTH, of)
            state |= _linear(f"{at}output.dense", drawn, WIDTH, WIDTH)
            state |= _norm(f"{at}output.LayerNorm", drawn)
        for branch in ("", "_query") if text else ("_query",):
            at = f"{own}encoder.layer.{layer}."
            state |= _linear(f"{at}intermediate{branch}.dense", drawn, INNER, WIDTH)
            state |= _linear(f"{at}output{branch}.dense", drawn, WIDTH, INNER)
            state |= _norm(f"{at}output{branch}.LayerNorm", drawn)
    return state


def _linear(own: str, drawn: Drawn, out: int, of: int) -> State:
    return {f"{own}.weight": drawn(out, of), f"{own}.bias": drawn(out)}


def _norm(own: str, drawn: Drawn) -> State:
    return {f"{own}.weight": 1 + drawn(WIDTH), f"{own}.bias": drawn(WIDTH)}
