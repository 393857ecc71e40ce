"""TimeChat's forward pass from its formulas: plain loops in float64, no network library.

Weights come by the names transformers gives them. Written for clarity; a window of ten small frames
takes a second or two.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import erf

Array = NDArray[np.float64]
Weights = Mapping[str, Array]

MEAN = (0.48145466, 0.4578275, 0.40821073)
DEVIATION = (0.26862954, 0.26130258, 0.27577711)
BERT_EPS, BLOCK_EPS, LN_VISION_EPS = 1e-12, 1e-6, 1e-5


def part(weights: Weights, prefix: str) -> Weights:
    """The weights whose names begin with `prefix` and a dot, without it."""
    start = prefix + "."
    return {
        name.removeprefix(start): value for name, value in weights.items() if name.startswith(start)
    }


def vision(frame: NDArray[np.uint8], weights: Weights, heads: int, patch: int) -> Array:
    """One frame [S, S, 3] to [1 + patches, Dv]: EVA-CLIP's blocks, then `ln_vision`."""
    pixels = (frame / 255.0 - MEAN) / DEVIATION
    kernel = weights["embeddings.patch_embedding.weight"]
    bias = weights["embeddings.patch_embedding.bias"]
    tokens = [weights["embeddings.class_embedding"][0, 0]]
    for top in range(0, len(frame), patch):
        for left in range(0, len(frame), patch):
            square = pixels[top : top + patch, left : left + patch]
            tokens.append(
                np.array([np.sum(one * square.transpose(2, 0, 1)) for one in kernel]) + bias
            )
    hidden = np.array(tokens) + weights["embeddings.position_embedding"][0]
    for block in _layers(weights, "encoder.layers"):
        normed = _norm(hidden, block, "layer_norm1", BLOCK_EPS)
        query, key, value = np.split(_linear(normed, block, "self_attn.qkv"), 3, axis=1)
        attended = _attention(query, key, value, heads)
        hidden = hidden + _linear(attended, block, "self_attn.projection")
        normed = _norm(hidden, block, "layer_norm2", BLOCK_EPS)
        hidden = hidden + _linear(_gelu(_linear(normed, block, "mlp.fc1")), block, "mlp.fc2")
    return _norm(hidden, weights, "post_layernorm", LN_VISION_EPS)


def image_qformer(
    patches: Array,
    queries: Array,
    ids: Sequence[int],
    mask: Sequence[int],
    *,
    weights: Weights,
    heads: int,
) -> Array:
    """Queries [K, D] and a sentence of L ids to [K + L, D]: padding is not seen, but goes on."""
    words = weights["embeddings.word_embeddings.weight"]
    places = weights["embeddings.position_embeddings.weight"]
    text = [words[word] + places[place] for place, word in enumerate(ids)]
    hidden = _norm(np.array([*queries, *text]), weights, "embeddings.layernorm", BERT_EPS)
    seen = [True] * len(queries) + [bool(is_word) for is_word in mask]
    return _bert(hidden, len(queries), seen, patches, weights=weights, heads=heads)


def video_qformer(states: Array, queries: Array, weights: Weights, heads: int) -> Array:
    """Queries [K, D] over all tokens [n, D] of some frames to [K, D]."""
    hidden = _norm(queries, weights, "layernorm", BERT_EPS)
    seen = [True] * len(queries)
    return _bert(hidden, len(queries), seen, states, weights=weights, heads=heads)


def placed(states: Array, positions: Array) -> Array:
    """[T, K + L, D] with the embedding of a frame's place in the window on each of its tokens."""
    result = np.empty_like(states)
    for frame, tokens in enumerate(states):
        for token, value in enumerate(tokens):
            result[frame, token] = value + positions[frame]
    return result


def pooled(states: Array, blocks: Sequence[Sequence[int]], weights: Weights, heads: int) -> Array:
    """The tokens of each block of frames, one block after the other, in the LLM's width."""
    positioned = placed(states, weights["frame_position_embedding.weight"])
    tokens: list[Array] = []
    for block in blocks:
        told = np.array([token for frame in block for token in positioned[frame]])
        queries = weights["query_tokens"][0]
        read = video_qformer(told, queries, part(weights, "qformer"), heads)
        tokens.extend(_linear(read, weights, "projection"))
    return np.array(tokens)


def sliding(frames: int, window: int, stride: int) -> list[list[int]]:
    """The frames of each stretch of a window."""
    blocks = []
    start = 0
    while start < frames:
        blocks.append([frame for frame in range(frames) if start <= frame < start + window])
        start += stride
    return blocks


def spliced(ids: Sequence[int], image_id: int, visual: Array, words: Array) -> Array:
    """The embeddings of a prompt, one visual token for each `<ImageHere>`, in their order."""
    waiting = list(visual)
    embedded = [waiting.pop(0) if word == image_id else words[word] for word in ids]
    assert not waiting
    return np.array(embedded)


def _bert(
    hidden: Array,
    queries: int,
    seen: Sequence[bool],
    told: Array,
    *,
    weights: Weights,
    heads: int,
) -> Array:
    for layer in _layers(weights, "encoder.layer"):
        hidden = _attended(hidden, hidden, seen, part(layer, "attention"), heads)
        asking, text = hidden[:queries], hidden[queries:]
        crossing = part(layer, "crossattention")
        if crossing:
            asking = _attended(asking, told, [True] * len(told), crossing, heads)
        asking = _fed_forward(asking, layer, "intermediate_query", "output_query")
        if len(text):
            text = _fed_forward(text, layer, "intermediate", "output")
        hidden = np.concatenate([asking, text])
    return hidden


def _attended(
    hidden: Array, told: Array, seen: Sequence[bool], weights: Weights, heads: int
) -> Array:
    visible = told[np.array(seen)]
    query = _linear(hidden, weights, "attention.query")
    key = _linear(visible, weights, "attention.key")
    value = _linear(visible, weights, "attention.value")
    mixed = _linear(_attention(query, key, value, heads), weights, "output.dense")
    return _norm(mixed + hidden, weights, "output.LayerNorm", BERT_EPS)


def _fed_forward(hidden: Array, weights: Weights, inner: str, outer: str) -> Array:
    wide = _gelu(_linear(hidden, weights, f"{inner}.dense"))
    return _norm(
        _linear(wide, weights, f"{outer}.dense") + hidden, weights, f"{outer}.LayerNorm", BERT_EPS
    )


def _attention(query: Array, key: Array, value: Array, heads: int) -> Array:
    width = query.shape[1] // heads
    mixed = np.empty((len(query), heads * width))
    for head in range(heads):
        own = slice(head * width, (head + 1) * width)
        for place, asking in enumerate(query):
            scores = key[:, own] @ asking[own] / np.sqrt(width)
            shares = np.exp(scores - scores.max())
            mixed[place, own] = (shares / shares.sum()) @ value[:, own]
    return mixed


def _linear(rows: Array, weights: Weights, name: str) -> Array:
    return np.array([weights[f"{name}.weight"] @ row + weights[f"{name}.bias"] for row in rows])


def _norm(rows: Array, weights: Weights, name: str, eps: float) -> Array:
    scale, shift = weights[f"{name}.weight"], weights[f"{name}.bias"]
    return np.array([(row - row.mean()) / np.sqrt(row.var() + eps) * scale + shift for row in rows])


def _gelu(values: Array) -> Array:
    result: Array = values * 0.5 * (1 + erf(values / np.sqrt(2)))
    return result


def _layers(weights: Weights, name: str) -> list[Weights]:
    layers = []
    while own := part(weights, f"{name}.{len(layers)}"):
        layers.append(own)
    return layers
