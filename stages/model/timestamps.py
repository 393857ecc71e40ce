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
    tokenizer: "PreTrainedTokenizerFast", times_s: Sequence[float], length: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """The sentences of frames at `times_s` seconds, padded on the right to `length` ids.

    The length never depends on the other sentences of a batch: the padded positions leave the
    image Q-Former with the rest, so another length is another result.

    Returns:
        ids [T, length] int64 and their mask [T, length] int64, 0 where padded.
    """
    if not len(times_s):
        empty = torch.zeros(0, length, dtype=torch.int64)
        return empty, empty
    written = tokenizer(
        [timestamp_sentence(float(time)) for time in times_s],
        padding="max_length",
        padding_side="right",
        truncation=True,
        max_length=length,
        return_tensors="pt",
    )
    return written.input_ids, written.attention_mask
