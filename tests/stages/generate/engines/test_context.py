"""The context of a language model, by its configuration."""

import pytest
from transformers import AutoConfig

from stages.generate.engines.context import context_of

STRETCHED = {
    "rope_type": "longrope",
    "short_factor": [1.0] * 16,
    "long_factor": [4.0] * 16,
    "rope_theta": 10000.0,
    "original_max_position_embeddings": 4096,
}


@pytest.mark.parametrize(("kind", "context"), [("llama", 2048), ("gpt2", 1024), ("mamba", 1 << 20)])
def test_it_is_what_the_configuration_says(kind: str, context: int) -> None:
    assert context_of(AutoConfig.for_model(kind)) == context


def test_positions_are_not_stretched_for_a_long_row_of_a_batch() -> None:
    """Phi-3's short factors and long factors would be chosen by the longest row."""
    config = AutoConfig.for_model(
        "phi3",
        max_position_embeddings=131_072,
        original_max_position_embeddings=4096,
        hidden_size=128,
        num_attention_heads=4,
        num_key_value_heads=4,
        rope_parameters=STRETCHED,
    )
    assert context_of(config) == 4096
