"""Models to change or to rely on: a copy of the shipped one, and one that passes over nothing."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

import torch

from stages.model import ModelConfig
from stages.model.calibration import CALIBRATION
from stages.model.folder import TINY
from stages.model.modeling_microemo import MicroEmo
from stages.model.shapes import tiny

SEED = 20240716


def copy_of_tiny(folder: Path) -> Path:
    """The shipped model in another folder, without its map of confidences: that fits its own
    weights alone, and tests change them."""
    left_out = shutil.ignore_patterns(CALIBRATION)
    return Path(shutil.copytree(TINY, folder, ignore=left_out))


@cache
def untrained() -> ModelConfig:
    """The small shape with random weights, to which every input matters, in a folder of its own."""
    folder = Path(tempfile.mkdtemp(prefix="untrained-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    torch.manual_seed(SEED)
    shape = tiny()
    shape.initializer_range = shape.text_config.initializer_range = 0.1
    MicroEmo(shape).save_pretrained(folder)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(TINY / name, folder / name)
    return ModelConfig(path=str(folder))
