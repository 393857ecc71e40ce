"""The sizes of the networks, read from the shapes of their tensors.

What a shape cannot tell is the number of attention heads. The public networks have heads of one
width: 88 in the ViT (1408 / 16) and 64 in the Q-Formers (768 / 12). Where a width is no multiple
of that, the number must be given.
"""

import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jobs.convert.tensor_files import StoredTensor
from stages.faults import SetupError

VIT_HEAD_WIDTH = 88
QFORMER_HEAD_WIDTH = 64
# EVA-CLIP's ViT-G has 40 blocks; the Q-Formers were trained on the output of the 39th.
VIT_G_BLOCKS = 40
HEAD_OF_VIT = re.compile(r"(norm|fc_norm|head)\.(weight|bias)")


def vision_sizes(
    file: Path, tensors: Mapping[str, StoredTensor], heads: int | None
) -> dict[str, Any]:
    """The configuration of the ViT in `eva_vit_g.pth`, without the block that is not used.

    Raises:
        SetupError: a key from which a size is read is missing or makes no sense.
    """
    width, _, patch, _ = _shape(file, tensors, "patch_embed.proj.weight", 4)
    _, positions, _ = _shape(file, tensors, "pos_embed", 3)
    side = math.isqrt(max(positions - 1, 0))
    if not side or side * side != positions - 1:
        raise SetupError(
            f"{file}: 'pos_embed' has {positions} positions, which is no square of patches and one."
        )
    return {
        "hidden_size": width,
        "intermediate_size": _shape(file, tensors, "blocks.0.mlp.fc1.weight", 2)[0],
        "num_hidden_layers": used_blocks(tensors),
        "num_attention_heads": _heads(file, width, VIT_HEAD_WIDTH, heads, "--vit-heads"),
        "image_size": side * patch,
        "patch_size": patch,
    }


def used_blocks(tensors: Mapping[str, StoredTensor]) -> int:
    """The blocks of the ViT that are used: all but the last of a whole one.

    A ViT is whole if the file holds its final norm or its head, or has the 40 blocks of ViT-G.
    """
    blocks = len(_layers(tensors, "blocks."))
    whole = blocks == VIT_G_BLOCKS or any(HEAD_OF_VIT.fullmatch(name) for name in tensors)
    return blocks - 1 if whole else blocks


def image_qformer_sizes(
    file: Path, tensors: Mapping[str, StoredTensor], heads: int | None
) -> dict[str, Any]:
    """The configuration of the image Q-Former in an InstructBLIP or TimeChat checkpoint.

    Raises:
        SetupError: a key from which a size is read is missing or makes no sense.
    """
    own = "Qformer.bert."
    vocabulary, _ = _shape(file, tensors, f"{own}embeddings.word_embeddings.weight", 2)
    positions, _ = _shape(file, tensors, f"{own}embeddings.position_embeddings.weight", 2)
    return {
        **_qformer_sizes(file, tensors, own, heads),
        "vocab_size": vocabulary,
        "max_position_embeddings": positions,
    }


def video_qformer_sizes(
    file: Path, tensors: Mapping[str, StoredTensor], heads: int | None
) -> dict[str, Any]:
    """The configuration of the video Q-Former in a Video-LLaMA or TimeChat checkpoint.

    Raises:
        SetupError: a key from which a size is read is missing or makes no sense.
    """
    return _qformer_sizes(file, tensors, "video_Qformer.bert.", heads)


def queries(file: Path, tensors: Mapping[str, StoredTensor], name: str) -> int:
    """The number of learned queries in the tensor `name`, [1, K, D].

    Raises:
        SetupError: it is missing or has another rank.
    """
    return _shape(file, tensors, name, 3)[1]


def frame_positions(file: Path, tensors: Mapping[str, StoredTensor]) -> int:
    """The length of the frame position embedding.

    Raises:
        SetupError: it is missing or has another rank.
    """
    return _shape(file, tensors, "video_frame_position_embedding.weight", 2)[0]


def _qformer_sizes(
    file: Path, tensors: Mapping[str, StoredTensor], own: str, heads: int | None
) -> dict[str, Any]:
    first = f"{own}encoder.layer.0."
    inner, width = _shape(file, tensors, f"{first}intermediate_query.dense.weight", 2)
    _shape(file, tensors, f"{first}crossattention.self.key.weight", 2)
    crossed = sorted(_layers(tensors, f"{own}encoder.layer.", ".crossattention."))
    layers = len(_layers(tensors, f"{own}encoder.layer."))
    return {
        "hidden_size": width,
        "intermediate_size": inner,
        "num_hidden_layers": layers,
        "num_attention_heads": _heads(file, width, QFORMER_HEAD_WIDTH, heads, "--qformer-heads"),
        "cross_attention_frequency": crossed[1] - crossed[0] if len(crossed) > 1 else layers,
    }


def _layers(tensors: Mapping[str, StoredTensor], prefix: str, part: str = ".") -> set[int]:
    """The indices of layers whose tensors are called `prefix`, index, `part`, anything.

    Counted, not taken from the highest index: one forged name must not build a network.
    """
    pattern = re.compile(re.escape(prefix) + r"(\d{1,4})" + re.escape(part))
    return {int(found[1]) for name in tensors if (found := pattern.match(name))}


def _shape(
    file: Path, tensors: Mapping[str, StoredTensor], name: str, rank: int
) -> tuple[int, ...]:
    held = tensors.get(name)
    if held is None:
        raise SetupError(f"{file}: '{name}' is missing. Is it the right file?")
    if len(held.shape) != rank or 0 in held.shape:
        raise SetupError(f"{file}: '{name}' is {list(held.shape)}; {rank} dimensions are expected.")
    return held.shape


def _heads(file: Path, width: int, head_width: int, given: int | None, option: str) -> int:
    if given is None and width % head_width:
        raise SetupError(
            f"{file}: the width {width} is no multiple of {head_width}, the width of a head in the "
            f"public networks. Give the number of heads with {option}."
        )
    heads = given or width // head_width
    if width % heads:
        raise SetupError(f"{option}={heads} does not divide the width {width} in {file}.")
    return heads
