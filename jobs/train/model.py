"""The model at the beginning of a training: from nothing, or from a folder."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from jobs.train.config import NEW, TrainConfig
from jobs.train.parts import let_learn
from stages.faults import SetupError
from stages.model.adapter import add_adapter
from stages.model.config import ModelConfig
from stages.model.folder import model_folder
from stages.model.loading import load_tokenizer

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

    from stages.model.modeling_microemo import MicroEmo


def beginning(
    config: TrainConfig, texts: Iterable[str]
) -> "tuple[MicroEmo, PreTrainedTokenizerFast]":
    """The model to train and its tokenizer.

    Args:
        config: names the base and what of it learns.
        texts: what the vocabulary of a new model is made from.

    Raises:
        SetupError: the base cannot be loaded, or has no adapter that could learn.
    """
    model, tokenizer = _new(config, texts) if config.base == NEW else _loaded(config)
    if "adapter" in config.learns and not model.config.lora_rank:
        raise SetupError(
            f"learns names the adapter, and {config.base} has none: set lora_rank to 8 or more"
        )
    if "utterance_tokens" in config.without:
        # One stretch over all frames, and no tokens of utterances.
        model.config.global_mode = "sliding"
        model.config.sliding_window = model.config.sliding_stride = model.config.max_frames
    let_learn(model, config.learns)
    return model, tokenizer


def _new(config: TrainConfig, texts: Iterable[str]) -> "tuple[MicroEmo, PreTrainedTokenizerFast]":
    import torch

    from jobs.train.vocabulary import prompt_lines, tiny_tokenizer
    from stages.model.modeling_microemo import MicroEmo
    from stages.model.shapes import tiny

    torch.manual_seed(config.seed)
    shape = tiny()
    shape.max_frames = max(shape.max_frames, config.max_frames or 0)
    model = MicroEmo(shape)
    with torch.no_grad():  # shut, it keeps what weights from elsewhere know; here there is nothing
        model.encoder.global_local.gate.fill_(1.0)
    return model, tiny_tokenizer([*prompt_lines(), *texts])


def _loaded(config: TrainConfig) -> "tuple[MicroEmo, PreTrainedTokenizerFast]":
    from stages.model.modeling_microemo import MicroEmo

    folder: Path = model_folder(ModelConfig(path=config.base))
    model: MicroEmo = MicroEmo.from_pretrained(folder)
    wanted = config.max_frames or 0
    if wanted > model.config.max_frames:
        _lengthen(model, wanted)
    if config.lora_rank and not model.config.lora_rank:
        model.config.lora_rank = config.lora_rank
        add_adapter(model.language_model, model.config)
    return model, load_tokenizer(folder)


def _lengthen(model: "MicroEmo", frames: int) -> None:
    """Give a model places for more frames than it had."""
    from torch import nn

    from stages.model.frame_positions import stretched

    places = model.pooler.video.frame_position_embedding
    places.weight = nn.Parameter(stretched(places.weight.data, frames))
    places.num_embeddings = model.config.max_frames = frames
