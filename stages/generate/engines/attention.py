"""Which language models can be computed by the keys and values of their positions alone."""

# mypy: disable-error-code="no-untyped-call"

import inspect
import sys
from typing import TYPE_CHECKING

from stages.faults import SetupError
from stages.generate.engines.masks import IMPLEMENTATIONS

if TYPE_CHECKING:
    from transformers import PreTrainedModel

_GIVEN = ("inputs_embeds", "attention_mask", "position_ids", "past_key_values", "logits_to_keep")

# By which models have transformers make their masks.
_MASKS = (
    "create_causal_mask",
    "create_sliding_window_causal_mask",
    "create_chunked_causal_mask",
    "create_masks_for_generate",
)

# Switches of configurations under which the beginning of a prompt is read in both directions.
_AHEAD = ("prefix_lm", "use_bidirectional_attention")


def require_keys_and_values(model: "PreTrainedModel", engine: str) -> None:
    """Check that `model` can go on from keys and values that were computed for it elsewhere.

    Full attention, sliding windows, chunks and sinks can: what stands on the left of a row and is
    masked moves none of them. Linear attention, state spaces and indexed attention keep something
    else of what they have read; models for masked words look ahead.

    Args:
        model: a causal language model of transformers.
        engine: as in `generate.engine`, to be named.

    Raises:
        SetupError: it cannot, and what to use instead.
    """
    kind = model.config.get_text_config().model_type
    reason = _other_memory(model) or _other_reading(model)
    if reason:
        raise SetupError(
            f"generate.engine is '{engine}', which works on the keys and values of each position,"
            f" and the language model is of type '{kind}', which {reason}; set"
            " generate.engine=transformers (and generate.tp_size=1)"
        )


def sees_all_before(model: "PreTrainedModel") -> bool:
    """Whether each position sees all before it but what a mask hides.

    Args:
        model: a causal language model of transformers.
    """
    from transformers.cache_utils import DummyLayer, DynamicLayer

    others = _other_memory(model) or _other_reading(model)
    takes_masks = model.config.get_text_config()._attn_implementation in IMPLEMENTATIONS
    return not others and takes_masks and _layers(model) <= {DynamicLayer, DummyLayer}


def _other_memory(model: "PreTrainedModel") -> str:
    """What else the model keeps of what it has read; "" for nothing."""
    from transformers.cache_utils import DummyLayer, DynamicLayer, DynamicSlidingWindowLayer

    if getattr(model, "_is_stateful", False):
        return "keeps a state beside them"
    known = {DynamicLayer, DynamicSlidingWindowLayer, DummyLayer}  # the last: of a shared layer
    others = sorted(layer.__name__ for layer in _layers(model) - known)
    return f"keeps {', '.join(others)}" if others else ""


def _layers(model: "PreTrainedModel") -> set[type]:
    """The kinds of what its layers keep."""
    from transformers import DynamicCache

    return {type(layer) for layer in DynamicCache(config=model.config).layers}


def _other_reading(model: "PreTrainedModel") -> str:
    """In what way the model reads otherwise than position after position; "" for none."""
    from transformers.models.auto.modeling_auto import MODEL_FOR_MASKED_LM_MAPPING

    config = model.config.get_text_config()
    looks_ahead = (
        type(config) in MODEL_FOR_MASKED_LM_MAPPING
        or not getattr(config, "is_causal", True)
        or any(getattr(config, name, False) for name in _AHEAD)
    )
    if looks_ahead:
        return "also reads what stands behind a position"
    own = sys.modules[type(model).__module__]
    if getattr(config, "alibi", False) or not any(hasattr(own, name) for name in _MASKS):
        return "makes masks of its own"
    if config._attn_implementation not in IMPLEMENTATIONS:
        return f"computes attention by {config._attn_implementation}"
    lacking = [name for name in _GIVEN if name not in inspect.signature(model.forward).parameters]
    return f"takes no {', '.join(lacking)}" if lacking else ""
