"""LoRA on the attention of the language model: `peft`'s, kept apart from the weights or merged.

In a model's folder the adapter lies beside the frozen weights, under the names peft gives them:
`language_model.model.layers.0.self_attn.q_proj.base_layer.weight`, `.lora_A.default.weight` and
`.lora_B.default.weight`. Whoever generates gets one plain network: both are added up on loading.
"""

# mypy: disable-error-code="no-untyped-call"

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from peft import LoraConfig
    from transformers import PreTrainedModel

    from stages.model.configuration_microemo import MicroEmoConfig

# As TimeChat has it.
TARGETS = ("q_proj", "k_proj", "v_proj", "o_proj")
BASE = ".base_layer."
ADAPTER = ".lora_"


def lora_of(config: "MicroEmoConfig") -> "LoraConfig":
    """The adapter that `config` describes; its rank is at least 1."""
    from peft import LoraConfig

    return LoraConfig(
        r=config.lora_rank,
        lora_alpha=config.lora_alpha,
        lora_dropout=config.lora_dropout,
        target_modules=list(TARGETS),
    )


def add_adapter(language_model: "PreTrainedModel", config: "MicroEmoConfig") -> None:
    """Put a new adapter on `language_model`; it changes nothing yet, for its B is zero."""
    from peft import inject_adapter_in_model

    inject_adapter_in_model(lora_of(config), language_model)


def split_adapter(tensors: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The tensors of a language model as it is without an adapter, and those of its adapter."""
    base = {
        name.replace(BASE, "."): tensor for name, tensor in tensors.items() if ADAPTER not in name
    }
    return base, {name: tensor for name, tensor in tensors.items() if ADAPTER in name}


def merge_adapter(
    language_model: "PreTrainedModel", config: "MicroEmoConfig", adapter: Mapping[str, Any]
) -> "tuple[PreTrainedModel, dict[str, list[Any]]]":
    """`language_model` with the adapter added to its weights: W + alpha / r * B A.

    Args:
        language_model: a causal language model without an adapter; it is changed.
        config: tells the adapter's rank and scale.
        adapter: its tensors by their names in the language model.

    Returns:
        The model, and what did not fit, as transformers reports it on loading: names under
        `missing_keys` and `unexpected_keys`, names and both shapes under `mismatched_keys`.
    """
    from peft.tuners.lora import LoraModel

    tuned: Any = LoraModel(language_model, lora_of(config), "default")
    places = {name: place for name, place in language_model.named_parameters() if ADAPTER in name}
    faults: dict[str, list[Any]] = {
        "missing_keys": [name for name in places if name not in adapter],
        "unexpected_keys": [name for name in adapter if name not in places],
        "mismatched_keys": [
            (name, adapter[name].shape, place.shape)
            for name, place in places.items()
            if name in adapter and adapter[name].shape != place.shape
        ],
    }
    if not any(faults.values()):
        language_model.load_state_dict(dict(adapter), strict=False)
    whole: PreTrainedModel = tuned.merge_and_unload(progressbar=False)
    return whole, faults
