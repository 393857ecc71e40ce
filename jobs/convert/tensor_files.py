"""Tensors in files, known by name, shape and type before their values are read.

Published checkpoints are pickles, and a pickle can run code when it is opened. Here only tensors
are taken from them; a file that asks for anything else is refused.
"""

import pickle
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open

from stages.faults import SetupError

FLOATS = {
    "F64": torch.float64,
    "F32": torch.float32,
    "F16": torch.float16,
    "BF16": torch.bfloat16,
}
# Whole numbers are met in buffers only, which no network of ours holds.
WHOLE_NUMBERS = {"I64": torch.int64, "I32": torch.int32, "U8": torch.uint8, "BOOL": torch.bool}


@dataclass(frozen=True)
class StoredTensor:
    """A tensor in a file.

    Attributes:
        file: where it is.
        shape: its shape.
        dtype: its type in the file.
        read: its values, as a tensor that owns its memory.
    """

    file: Path
    shape: tuple[int, ...]
    dtype: torch.dtype
    read: Callable[[], torch.Tensor]


def checkpoint_tensors(file: Path) -> dict[str, StoredTensor]:
    """The tensors of a checkpoint written by `torch.save`, by name.

    Either the file is a dict of tensors or it holds one under "model", beside what a training run
    left there. It is mapped into memory, not read; a file in the format before PyTorch 1.6 cannot
    be mapped and is held whole.

    Raises:
        SetupError: the file is not there, is cut, or holds more than tensors.
    """
    written = _unpickled(file)
    state = written.get("model", written) if isinstance(written, dict) else None
    if not isinstance(state, dict) or not state:
        raise SetupError(f"{file} holds no dict of tensors. Is it another checkpoint?")
    return {str(name): _mapped(file, str(name), value) for name, value in state.items()}


def safetensors_tensors(files: list[Path]) -> dict[str, StoredTensor]:
    """The tensors of safetensors files, by name.

    Raises:
        SetupError: a file is cut or no safetensors file, or two hold one name.
    """
    tensors: dict[str, StoredTensor] = {}
    for file in files:
        try:
            with safe_open(file, framework="pt", device="cpu") as stream:
                headers = {name: stream.get_slice(name) for name in stream.keys()}  # noqa: SIM118
                told = {name: (one.get_shape(), one.get_dtype()) for name, one in headers.items()}
        except (SafetensorError, OSError) as fault:
            raise SetupError(
                f"{file} is not a whole safetensors file ({fault}). Fetch it again."
            ) from fault
        for name, (shape, kind) in told.items():
            if name in tensors:
                raise SetupError(f"'{name}' is in {tensors[name].file} and again in {file}.")
            dtype = (FLOATS | WHOLE_NUMBERS).get(kind)
            if dtype is None:
                raise SetupError(
                    f"{file}: '{name}' is of type {kind}. Quantised weights cannot be converted; "
                    "take those in 16 or 32 bits."
                )
            tensors[name] = StoredTensor(file, tuple(shape), dtype, partial(_read, file, name))
    return tensors


def _read(file: Path, name: str) -> torch.Tensor:
    # Opened for each tensor: a map kept open would leave the pages of the whole file in memory.
    with safe_open(file, framework="pt", device="cpu") as stream:
        tensor: torch.Tensor = stream.get_tensor(name)
        return tensor.clone()


def _unpickled(file: Path) -> Any:
    if not file.is_file():
        raise SetupError(f"{file}: there is no such file.")
    try:
        return torch.load(
            file, map_location="cpu", weights_only=True, mmap=zipfile.is_zipfile(file)
        )
    except pickle.UnpicklingError as fault:
        asked = re.search(r"GLOBAL ([\w.]+)", str(fault))
        named = f" (it asks for {asked[1]})" if asked else ""
        raise SetupError(
            f"{file} holds more than tensors{named}, and opening it could run code. It was not "
            "opened. Fetch it again from its publisher; if the publisher's own file is like this, "
            "save its tensors alone to a new file."
        ) from fault
    except (RuntimeError, EOFError, KeyError, IndexError, OSError, ValueError, TypeError) as fault:
        raise SetupError(
            f"{file} is not a whole checkpoint of PyTorch ({type(fault).__name__}: "
            f"{str(fault).splitlines()[0] if str(fault) else 'it ends too early'}). "
            "Fetch it again."
        ) from fault


def _mapped(file: Path, name: str, value: Any) -> StoredTensor:
    if not isinstance(value, torch.Tensor):
        raise SetupError(f"{file}: '{name}' is a {type(value).__name__}, not a tensor.")
    if value.layout != torch.strided or value.is_quantized or value.device.type != "cpu":
        raise SetupError(f"{file}: '{name}' is not a plain tensor ({value.layout}).")
    if value.nbytes > value.untyped_storage().nbytes():
        # A few bytes can claim any shape by strides of zero.
        raise SetupError(f"{file}: '{name}' claims the shape {list(value.shape)} and holds less.")

    def read() -> torch.Tensor:
        return value.detach().clone(memory_format=torch.contiguous_format)

    return StoredTensor(file, tuple(value.shape), value.dtype, read)
