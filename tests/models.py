"""A model whose every input matters: new weights, which have learnt to pass over nothing."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

import torch

from stages.model import ModelConfig
from stages.model.folder import TINY
from stages.model.modeling_microemo import MicroEmo
from stages.model.shapes import tiny

SEED = 20240716


@cache
def untrained() -> ModelConfig:
    """The small shape with random weights and the shipped tokenizer, in a folder of its own."""
    folder = Path(tempfile.mkdtemp(prefix="untrained-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    torch.manual_seed(SEED)
    shape = tiny()
    shape.initializer_range = shape.text_config.initializer_range = 0.1
    MicroEmo(shape).save_pretrained(folder)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(TINY / name, folder / name)
    return ModelConfig(path=str(folder))
