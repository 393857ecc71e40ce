"""Writes tensors to safetensors files of bounded size, holding one file's tensors at a time."""

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from huggingface_hub import split_state_dict_into_shards_factory
from safetensors.torch import save_file

from stages.faults import SetupError
from stages.model.folder import WEIGHTS, WEIGHTS_INDEX

PATTERN = WEIGHTS.replace(".", "{suffix}.")


@dataclass(frozen=True)
class Planned:
    """A tensor that is to be written.

    Attributes:
        origin: the file its values come from, or `new`.
        shape: its shape.
        dtype: its type.
        make: its values; called once, when its file is written.
    """

    origin: str
    shape: tuple[int, ...]
    dtype: torch.dtype
    make: Callable[[], torch.Tensor]

    @property
    def parameters(self) -> int:
        """How many numbers it holds."""
        return torch.Size(self.shape).numel()

    @property
    def nbytes(self) -> int:
        """Its size on disk."""
        return self.parameters * self.dtype.itemsize


def write_shards(
    folder: Path,
    plan: Mapping[str, Planned],
    max_shard_size: int | str,
    on_progress: Callable[[str], None],
) -> int:
    """Write the planned tensors to `folder`, and an index where there are several files.

    Args:
        plan: by name, in the order in which they are written.
        max_shard_size: bytes of one file, or such as "2GB"; a larger tensor is a file of its own.
        on_progress: called with the name of each file before it is written.

    Returns:
        The number of files.

    Raises:
        SetupError: the size cannot be understood, or the disk has no room.
    """
    try:
        split = split_state_dict_into_shards_factory(
            dict(plan),
            get_storage_size=lambda tensor: tensor.nbytes,
            filename_pattern=PATTERN,
            max_shard_size=max_shard_size,
        )
    except ValueError as fault:
        raise SetupError(
            f"--max-shard-size '{max_shard_size}' is no size. Give one such as 2GB or 500MB."
        ) from fault
    needed, free = sum(one.nbytes for one in plan.values()), shutil.disk_usage(folder).free
    if needed > free:
        raise SetupError(
            f"{folder.parent} has {free / 1e9:.1f} GB of room and the model takes "
            f"{needed / 1e9:.1f} GB. Write to another disk."
        )
    for file, names in split.filename_to_tensors.items():
        on_progress(file)
        # transformers refuses files that do not name their format.
        save_file({name: plan[name].make() for name in names}, folder / file, {"format": "pt"})
        (folder / file).chmod(0o644)  # safetensors writes for its owner alone
    if split.is_sharded:
        index = {"metadata": split.metadata, "weight_map": split.tensor_to_filename}
        text = json.dumps(index, indent=2, sort_keys=True) + "\n"
        (folder / WEIGHTS_INDEX).write_text(text, encoding="utf-8")
    return len(split.filename_to_tensors)
