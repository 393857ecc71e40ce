"""What a tensor of MicroEmo is called in the public checkpoints.

Left in each table: transformers' name, which is ours; right: the name of the original code
(LAVIS, Video-LLaMA, TimeChat).
"""

from collections.abc import Mapping

from stages.model.adapter import ADAPTER, BASE

VISION = "encoder.frames.vision_model."
IMAGE_QFORMER = "encoder.frames.qformer."
VIDEO_QFORMER = "pooler.video.qformer."
LANGUAGE_MODEL = "language_model."
QKV_BIAS = ".attn.qkv.bias"

_VISION = {
    "embeddings.class_embedding": "cls_token",
    "embeddings.position_embedding": "pos_embed",
    "embeddings.patch_embedding.": "patch_embed.proj.",
    "encoder.layers.": "blocks.",
    ".layer_norm1.": ".norm1.",
    ".layer_norm2.": ".norm2.",
    ".self_attn.qkv.": ".attn.qkv.",
    ".self_attn.projection.": ".attn.proj.",
}
_QFORMER = {
    "embeddings.layernorm.": "embeddings.LayerNorm.",
    "attention.attention.": "attention.self.",
}
_VIDEO = {
    "pooler.video.query_tokens": "video_query_tokens",
    "pooler.video.frame_position_embedding.": "video_frame_position_embedding.",
    "pooler.video.projection.": "llama_proj.",
}
_LAYER_NORM = {f"{VISION}post_layernorm.": "ln_vision."}
_QUERIES = "encoder.frames.query_tokens"


def eva_name(ours: str) -> str | None:
    """Its name in `eva_vit_g.pth`; None if that file does not hold it.

    The bias of `qkv` is there in two parts, see `qkv_bias_parts`.
    """
    if not ours.startswith(VISION) or ours.startswith(tuple(_LAYER_NORM)):
        return None
    return _renamed(ours.removeprefix(VISION), _VISION)


def qkv_bias_parts(name: str) -> tuple[str, str]:
    """The two keys in `eva_vit_g.pth` for the bias of `qkv`; that of the keys is zero."""
    block = name.removesuffix("qkv.bias")
    return f"{block}q_bias", f"{block}v_bias"


def layer_norm_name(ours: str) -> str | None:
    """Its name among the `ln_vision.*` of an InstructBLIP checkpoint."""
    return _renamed(ours, _LAYER_NORM) if ours.startswith(tuple(_LAYER_NORM)) else None


def image_qformer_name(ours: str) -> str | None:
    """Its name among the image Q-Former and its queries (InstructBLIP, TimeChat)."""
    if ours == _QUERIES:
        return "query_tokens"
    if not ours.startswith(IMAGE_QFORMER):
        return None
    return "Qformer.bert." + _renamed(ours.removeprefix(IMAGE_QFORMER), _QFORMER)


def video_name(ours: str) -> str | None:
    """Its name among the video Q-Former and what surrounds it (Video-LLaMA, TimeChat)."""
    if not ours.startswith(VIDEO_QFORMER):
        return _renamed(ours, _VIDEO) if ours.startswith(tuple(_VIDEO)) else None
    own = ours.removeprefix(VIDEO_QFORMER)
    if own.startswith("layernorm."):
        own = f"embeddings.{own}"
    return "video_Qformer.bert." + _renamed(own, _QFORMER)


def lora_name(ours: str) -> str | None:
    """Its name among TimeChat's LoRA on the language model."""
    if not ours.startswith(LANGUAGE_MODEL) or ADAPTER not in ours:
        return None
    return "llama_model.base_model.model." + ours.removeprefix(LANGUAGE_MODEL)


def language_model_name(ours: str) -> str | None:
    """Its name in the language model's own folder, which knows no LoRA."""
    if not ours.startswith(LANGUAGE_MODEL) or ADAPTER in ours:
        return None
    return ours.removeprefix(LANGUAGE_MODEL).replace(BASE, ".")


def _renamed(name: str, table: Mapping[str, str]) -> str:
    for ours, theirs in table.items():
        name = name.replace(ours, theirs)
    return name
