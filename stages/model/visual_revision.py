"""Which visual tokens a model makes: the part of its folder that encode and pool read."""

import hashlib
import json
import struct
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from stages.faults import SetupError
from stages.identity import Contents, contents_of, revision_of_contents

_LANGUAGE_MODEL = "language_model."
_OF_OTHERS = (
    *("text_config", "chat_form", "quotes_utterances", "image_token_id"),
    *("lora_rank", "lora_alpha", "lora_dropout"),
    *("trained", "initializer_range", "architectures", "transformers_version"),
)
"""Of config.json, what no visual token depends on."""

_CHUNK_BYTES = 2**24


class _Tensor(NamedTuple):
    name: str
    kind: str  # its type and shape, as the file says
    file: Path
    start: int  # of its bytes in the file
    size: int


def visual_revision(folder: Path, weights: Iterable[Path], own_tokenizer: str) -> str:
    """12 hex digits that are equal for models that make equal visual tokens.

    Args:
        folder: of the model.
        weights: its safetensors files.
        own_tokenizer: the folder in it of the image Q-Former's tokenizer.

    Raises:
        SetupError: a file cannot be read.
    """
    try:
        tensors = [tensor for file in weights for tensor in _tensors(file)]
        visual = sorted(one for one in tensors if not one.name.startswith(_LANGUAGE_MODEL))
        contents = [(f"{one.name} {one.kind}", _digest(one)) for one in visual]
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise SetupError(
            f"{folder}: its weights or config.json cannot be read ({fault}). Fetch or convert the "
            "model again."
        ) from fault
    tokenizer = _tokenizer(folder, own_tokenizer, config)
    return revision_of_contents([*contents, _said(config), *tokenizer])


def _said(config: Mapping[str, Any]) -> tuple[str, bytes]:
    kept = {name: value for name, value in config.items() if name not in _OF_OTHERS}
    written = json.dumps(kept, sort_keys=True).encode()
    return "config.json", hashlib.sha256(written).digest()


def _tokenizer(folder: Path, own: str, config: Mapping[str, Any]) -> Contents:
    """The files of the tokenizer that timestamps are given in."""
    is_own = config.get("timestamp_ids", "bert") == "bert"
    place = folder / own if is_own else folder
    return contents_of(place.glob("tokenizer*.json"), folder)


def _tensors(file: Path) -> list[_Tensor]:
    """What the head of a safetensors file names; of a broken one, which is told of when it is
    loaded, all of it."""
    size = file.stat().st_size
    try:
        with file.open("rb") as stream:
            (length,) = struct.unpack("<Q", stream.read(8))
            head = json.loads(stream.read(min(length, size)))
        return [
            _Tensor(
                name,
                f"{told['dtype']} {told['shape']}",
                file,
                8 + length + told["data_offsets"][0],
                told["data_offsets"][1] - told["data_offsets"][0],
            )
            for name, told in head.items()
            if name != "__metadata__"
        ]
    except (ValueError, KeyError, TypeError, AttributeError, struct.error):
        return [_Tensor(file.name, "", file, 0, size)]


def _digest(tensor: _Tensor) -> bytes:
    digest = hashlib.sha256()
    with tensor.file.open("rb") as stream:
        stream.seek(tensor.start)
        left = tensor.size
        while left and (chunk := stream.read(min(left, _CHUNK_BYTES))):
            digest.update(chunk)
            left -= len(chunk)
    return digest.digest()
