"""A folder with a model of some shape and random weights, for what only loads models from disk."""

# mypy: disable-error-code="no-untyped-call"

from pathlib import Path
from typing import TYPE_CHECKING

from jobs.bench.model.networks import SEED
from stages.model.folder import TINY
from stages.model.shapes import SHAPES, TINY_BOS, TINY_EOS, TINY_IMAGE, TINY_PAD

if TYPE_CHECKING:
    import torch

    from stages.model.configuration_microemo import MicroEmoConfig


def write_random_model(
    name: str, folder: Path, device: "torch.device", dtype: "torch.dtype"
) -> None:
    """Make the model of `stages.model.shapes.SHAPES` called `name` and write it to `folder`.

    It has the tokenizer of the tiny model, with some two tokens a word, for words and timestamps
    alike; its own is not at hand without its weights.

    Args:
        name: of the shape.
        folder: which is made.
        device: where the weights are drawn; a GPU takes seconds for billions.
        dtype: of the weights.
    """
    import torch
    from transformers.utils.logging import disable_progress_bar

    from stages.model.loading import load_tokenizer
    from stages.model.modeling_microemo import MicroEmo

    disable_progress_bar()
    torch.manual_seed(SEED)
    with device:
        model = MicroEmo._from_config(_with_small_words(SHAPES[name]()), dtype=dtype)
    model.save_pretrained(folder)
    load_tokenizer(TINY).save_pretrained(folder)


def is_random_model(name: str, folder: Path) -> bool:
    """Whether `write_random_model` made the model in `folder`, of the shape called `name`.

    Raises:
        SetupError: its config.json cannot be read.
    """
    from stages.model.loading import load_model_config

    found, wanted = load_model_config(folder), _with_small_words(SHAPES[name]())
    sizes = [
        (one.trained, one.text_config.model_type, one.text_config.hidden_size)
        for one in (found, wanted)
    ]
    return sizes[0] == sizes[1]


def _with_small_words(shape: "MicroEmoConfig") -> "MicroEmoConfig":
    """The shape with the ids of the tiny tokenizer, and without an adapter, as if merged."""
    shape.lora_rank = 0
    shape.timestamp_ids = "llama"
    shape.chat_form = "llama2"
    shape.image_token_id = TINY_IMAGE
    shape.text_config.bos_token_id = TINY_BOS
    shape.text_config.eos_token_id = TINY_EOS
    shape.text_config.pad_token_id = TINY_PAD
    return shape
