"""The sentence that binds a global frame to its time, as ids for the image Q-Former."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast


def timestamp_sentence(time_s: float) -> str:
    """TimeChat's sentence for a frame at `time_s` seconds, given to a tenth."""
    return f"This frame is sampled at {round(time_s, 1):.1f} second."


def timestamp_ids(
    tokenizer: "PreTrainedTokenizerFast", times_s: Sequence[float], most: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """The sentences of frames at `times_s` seconds, padded on the right to the longest of them.

    The padded positions leave the image Q-Former with the rest, so another length is another
    result. TimeChat's weights were trained with the sentences of one video padded to the longest
    among them: give the frames of one window, or cut what comes of several (`sentence_length`).

    Args:
        tokenizer: gives the ids.
        times_s: [T] seconds from the start of the window.
        most: ids at which a sentence is cut.

    Returns:
        ids [T, L] int64 and their mask [T, L] int64, 0 where padded; L is at most `most`.
    """
    if not len(times_s):
        empty = torch.zeros(0, 0, dtype=torch.int64)
        return empty, empty
    written = tokenizer(
        [timestamp_sentence(float(time)) for time in times_s],
        padding="longest",
        padding_side="right",
        truncation=True,
        max_length=most,
        return_tensors="pt",
    )
    return written.input_ids, written.attention_mask


def sentence_length(mask: torch.Tensor) -> int:
    """L of a window whose sentences have this mask, [T, L or more] int64: the longest's ids."""
    return int(mask.sum(dim=1).max()) if len(mask) else 0
