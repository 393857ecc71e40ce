"""Loads the parts of a MicroEmo model, each with its own weights only.

The tensors of all parts lie in one set of safetensors files, told apart by the prefix of their
names. Files are opened lazily: a part reads its own tensors and nothing else, so the encode stage
never holds the language model in memory, nor generate the vision model.
"""

# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from stages.faults import SetupError
from stages.model.adapter import merge_adapter, split_adapter
from stages.model.answer_ends import answer_ends
from stages.model.config import ModelConfig
from stages.model.folder import (
    QFORMER_TOKENIZER,
    model_folder,
    model_identity,
    weight_files,
)

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel, PreTrainedTokenizerFast

    from stages.model.configuration_microemo import MicroEmoConfig
    from stages.model.modeling_microemo import MicroEmoEncoder, MicroEmoPooler

__all__ = [
    "load_encoder",
    "load_language_model",
    "load_model_config",
    "load_pooler",
    "load_timestamp_tokenizer",
    "load_tokenizer",
    "model_device",
    "model_folder",
    "model_identity",
]

PARTS = ("encoder", "pooler", "language_model")


def load_encoder(config: ModelConfig) -> MicroEmoEncoder:
    """The part from pixels to visual states.

    Raises:
        SetupError: the model, one of its files or the device is not there or not whole.
    """
    from stages.model.modeling_microemo import MicroEmoEncoder

    shape = load_model_config(model_folder(config))
    encoder: MicroEmoEncoder = _load(MicroEmoEncoder, "encoder", shape, config)
    return encoder


def load_pooler(config: ModelConfig) -> MicroEmoPooler:
    """The part from visual states to visual tokens.

    Raises:
        SetupError: the model, one of its files or the device is not there or not whole.
    """
    from stages.model.modeling_microemo import MicroEmoPooler

    shape = load_model_config(model_folder(config))
    pooler: MicroEmoPooler = _load(MicroEmoPooler, "pooler", shape, config)
    return pooler


def load_language_model(config: ModelConfig) -> tuple[PreTrainedModel, PreTrainedTokenizerFast]:
    """The causal language model and its tokenizer, which pads on the left.

    An adapter (LoRA) is added to the weights; what comes back is one plain network, whose
    `generation_config` has the ids that end an answer (`stages.model.answer_ends`).

    Raises:
        SetupError: the model, one of its files or the device is not there or not whole.
    """
    from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING

    folder = model_folder(config)
    whole = load_model_config(folder)
    shape = whole.text_config
    network: Any = MODEL_FOR_CAUSAL_LM_MAPPING.get(type(shape), None)
    if network is None:
        raise SetupError(
            f"{folder / 'config.json'}: text_config is of type '{shape.model_type}', which is no "
            "causal language model."
        )
    model = _load(network, "language_model", shape, config, whole if whole.lora_rank else None)
    ends = answer_ends(folder)
    if ends is not None:
        model.generation_config.eos_token_id = ends
    return model, load_tokenizer(folder)


def load_tokenizer(folder: Path) -> PreTrainedTokenizerFast:
    """The tokenizer of the model in `folder`, padding on the left.

    Raises:
        SetupError: its files are missing or broken.
    """
    from transformers import PreTrainedTokenizerFast

    file = folder / "tokenizer.json"
    if not file.is_file():
        raise SetupError(f"{file} is missing. Fetch or convert the model again.")
    try:
        tokenizer: PreTrainedTokenizerFast = PreTrainedTokenizerFast.from_pretrained(
            folder, local_files_only=True, padding_side="left"
        )
    except Exception as fault:  # the Rust library raises plain Exception on a broken file
        raise SetupError(f"{file} is broken: {fault}. Fetch or convert the model again.") from fault
    return tokenizer


def load_timestamp_tokenizer(folder: Path) -> PreTrainedTokenizerFast:
    """The tokenizer of the model in `folder` that gives timestamp sentences their ids.

    Where a language model's has nothing to pad with, its unknown token does, as in TimeChat.

    Raises:
        SetupError: its files are missing or broken, there is nothing to pad with, or it gives ids
            that the image Q-Former does not know.
    """
    from stages.model.timestamps import timestamp_ids

    shape = load_model_config(folder)
    is_own = shape.timestamp_ids == "bert"
    tokenizer = load_tokenizer(folder / QFORMER_TOKENIZER if is_own else folder)
    if tokenizer.pad_token_id is None:
        tokenizer.pad_token = tokenizer.unk_token
    where = (
        f"{folder / 'config.json'}: timestamp_ids is '{shape.timestamp_ids}', and that tokenizer"
    )
    if tokenizer.pad_token_id is None:
        raise SetupError(f"{where} has no token to pad with. Fetch or convert the model again.")
    every_digit = [10.2, 34.5, 67.8, 9.0]
    highest = int(timestamp_ids(tokenizer, every_digit, shape.timestamp_length)[0].max())
    if highest >= shape.qformer_config.vocab_size:
        raise SetupError(
            f"{where} gives the id {highest}, while the image Q-Former knows "
            f"{shape.qformer_config.vocab_size}. Convert the model again, with the ids of 'bert'."
        )
    return tokenizer


def load_model_config(folder: Path) -> MicroEmoConfig:
    """The model configuration in `folder`.

    Raises:
        SetupError: config.json is missing, broken or contradicts itself.
    """
    from huggingface_hub.errors import StrictDataclassError

    from stages.model.configuration_microemo import MicroEmoConfig

    try:
        return MicroEmoConfig.from_pretrained(folder, local_files_only=True)
    except (StrictDataclassError, OSError, TypeError, ValueError, AttributeError) as fault:
        raise SetupError(f"{folder / 'config.json'} is not usable: {fault}") from fault


def model_device(config: ModelConfig) -> torch.device:
    """The device of `config`, after a look whether it is there; sets the CPU threads too.

    Raises:
        SetupError: there is no such device.
    """
    import torch

    torch.set_num_threads(config.threads)
    device = torch.device(config.device)
    if device.type == "cuda" and not torch.cuda.is_available():
        raise SetupError(
            f"model.device is '{config.device}' and PyTorch finds no usable GPU. Set "
            "model.device=cpu, or install a driver and a PyTorch build with CUDA."
        )
    if device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count():
        raise SetupError(
            f"model.device is '{config.device}' and there are {torch.cuda.device_count()} GPUs, "
            "counted from 0. Set model.device to one of them."
        )
    return device


def _load(
    network: Any, part: str, shape: Any, config: ModelConfig, adapted: MicroEmoConfig | None = None
) -> Any:
    """An instance of `network` in eval mode, on its device, with the tensors of `part`.

    With `adapted`, the configuration of an adapter, it is added to the weights.
    """
    from transformers.utils import logging as transformers_logging

    device = model_device(config)
    folder = model_folder(config)
    tensors = _own_tensors(folder, part)
    if adapted:
        tensors, adapter = split_adapter(tensors)
    transformers_logging.disable_progress_bar()
    try:
        model, report = network.from_pretrained(
            None,
            config=shape,
            state_dict=tensors,
            dtype=config.dtype,
            ignore_mismatched_sizes=True,  # told below, by name
            output_loading_info=True,
        )
    except (RuntimeError, ValueError) as fault:
        raise SetupError(f"the weights of {part} in {folder} do not fit: {fault}") from fault
    _require_all(folder, part, report)
    if adapted:
        whole = {name: own[:] for name, own in adapter.items()}
        model, report = merge_adapter(model, adapted, whole)
        _require_all(folder, part, report)
    return model.eval().requires_grad_(False).to(device)


def _own_tensors(folder: Path, part: str) -> dict[str, Any]:
    """Unread tensors by their name inside `part`."""
    from safetensors import SafetensorError, safe_open

    tensors = {}
    for file in weight_files(folder):
        try:
            stream = safe_open(file, framework="pt", device="cpu")
        except (SafetensorError, OSError) as fault:
            raise SetupError(
                f"{file} is not a whole safetensors file ({fault}). Fetch or convert it again."
            ) from fault
        for name in stream.keys():  # noqa: SIM118 - not a dict
            owner, _, rest = name.partition(".")
            if owner not in PARTS:
                raise SetupError(
                    f"{file} holds the tensor '{name}', which belongs to no part of MicroEmo "
                    f"({', '.join(PARTS)}). Is it the file of another model?"
                )
            if owner == part:
                tensors[rest] = stream.get_slice(name)
    return tensors


def _require_all(folder: Path, part: str, report: dict[str, Any]) -> None:
    found = {
        "missing": report["missing_keys"],
        "unexpected": report["unexpected_keys"],
        "of another shape": [name for name, *_ in report["mismatched_keys"]],
    }
    for fault, named in found.items():
        names = sorted(named)
        if names:
            shown = ", ".join(f"{part}.{name}" for name in names[:3])
            more = f" and {len(names) - 3} more" if len(names) > 3 else ""
            raise SetupError(
                f"the weights in {folder} do not match its config.json: {fault} {shown}{more}. "
                "Fetch or convert the model again."
            )
