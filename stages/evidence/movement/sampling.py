"""Reading stacks of pictures at any places."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Pictures = NDArray[np.float32]
Pyramid = dict[int, Pictures]
Places = NDArray[np.floating[Any]]


def softened(patches: NDArray[np.uint8]) -> Pictures:
    """Patches [n, h, w] under a binomial kernel of 3 x 3, which takes the edge off their noise."""
    soft = np.empty(patches.shape, np.float32)
    for picture, out in zip(patches, soft, strict=True):  # one by one they stay in the cache
        wide = np.pad(picture.astype(np.int16), 1, mode="edge")
        across = wide[:, :-2] + 2 * wide[:, 1:-1] + wide[:, 2:]
        np.multiply(across[:-2] + 2 * across[1:-1] + across[2:], 1 / 16, out=out)
    return soft


def pyramid(pictures: Pictures) -> Pyramid:
    """Pictures [n, h, w] by how many times smaller they are: 1, 2 and 4, which divide h and w."""
    half = _halved(pictures)
    return {1: pictures, 2: half, 4: _halved(half)}


def part_of(stack: Pyramid, part: slice) -> Pyramid:
    """Some of the pictures of a pyramid."""
    return {times: pictures[part] for times, pictures in stack.items()}


def _halved(pictures: Pictures) -> Pictures:
    half = pictures[:, ::2, ::2] + pictures[:, 1::2, ::2]
    half += pictures[:, ::2, 1::2]
    half += pictures[:, 1::2, 1::2]
    half *= 0.25
    return half


def read(pictures: Pictures, x: Places, y: Places) -> Pictures:
    """Bilinear values of pictures [n, h, w] at places [n, ...]; the edge goes on outside.

    (0, 0) is the middle of the first pixel.
    """
    count, height, width = pictures.shape
    x = np.clip(x, 0, width - 1.001)
    y = np.clip(y, 0, height - 1.001)
    left, top = x.astype(np.int32), y.astype(np.int32)
    aside, below = x - left, y - top
    first = np.arange(count, dtype=np.int32).reshape(-1, *[1] * (x.ndim - 1)) * (height * width)
    at = first + top * width + left
    flat = pictures.reshape(-1)
    upper = flat[at]
    upper += (flat[at + 1] - upper) * aside
    at += width
    lower = flat[at]
    lower += (flat[at + 1] - lower) * aside
    lower -= upper
    lower *= below
    lower += upper
    return np.asarray(lower)
