"""A Hugging Face folder of a language model: its configuration and its tensors."""

import re
from pathlib import Path
from typing import Any

from transformers import AutoConfig
from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING

from jobs.convert.tensor_files import StoredTensor
from stages.faults import SetupError
from stages.model.folder import read_json

# LLaMA-2's own folder holds this buffer, which is computed from the configuration.
KNOWN_SURPLUS = (re.compile(r".*\.rotary_emb\.inv_freq"),)


def language_model_config(folder: Path, tensors: dict[str, StoredTensor]) -> Any:
    """The configuration of the language model in `folder`.

    Raises:
        SetupError: there is none, it is not of a causal language model that transformers knows, or
            it claims more layers than there are tensors.
    """
    file = folder / "config.json"
    if not file.is_file():
        raise SetupError(f"{folder} holds no config.json. Give a Hugging Face folder.")
    read_json(file)
    try:
        config = AutoConfig.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    except (OSError, TypeError, ValueError, AttributeError, KeyError) as fault:
        raise SetupError(f"{file} is not usable: {fault}") from fault
    if type(config) not in MODEL_FOR_CAUSAL_LM_MAPPING:
        raise SetupError(f"{file}: '{config.model_type}' is no causal language model of text.")
    if config.num_hidden_layers > len(tensors):
        raise SetupError(
            f"{file} claims {config.num_hidden_layers} layers and there are {len(tensors)} tensors."
        )
    return config
