"""The tiny language model, loaded once for all tests of the generate stage."""

from typing import Any

import pytest

from stages.generate.engines.engine import Engine
from stages.generate.engines.opening import open_engine
from stages.model.config import ModelConfig
from tests.stages.generate.tokenizing import byte_tokenizer


@pytest.fixture(scope="session")
def language_model() -> tuple[Any, Any]:
    """The tiny causal language model and its tokenizer."""
    from stages.model.loading import load_language_model

    return load_language_model(ModelConfig(path="tiny"))


@pytest.fixture(scope="session")
def tokenizer(language_model: tuple[Any, Any]) -> Any:
    return language_model[1]


@pytest.fixture(scope="session")
def engine(language_model: tuple[Any, Any]) -> Engine:
    """The default engine: DeepSpeed."""
    return open_engine("deepspeed", *language_model)


@pytest.fixture(scope="session")
def tokenizers(tokenizer: Any) -> dict[str, Any]:
    """A tokenizer for each chat form, by the form's name."""
    special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    templated = byte_tokenizer(special, "<|im_end|>")
    templated.chat_template = (
        "{% for m in messages %}{{ '<|im_start|>' + m.role + m.content + '<|im_end|>' }}"
        "{% endfor %}{{ '<|im_start|>assistant' }}"
    )
    return {
        "template": templated,
        "llama2": tokenizer,
        "chatml": byte_tokenizer(special, "<|im_end|>"),
        "chatml-no-thinking": byte_tokenizer(special, "<|im_end|>", ["<think>", "</think>"]),
    }
