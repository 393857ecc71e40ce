"""A prefix is computed once, known again by what it holds, and in the end forgotten."""

from typing import Any

import pytest
import torch
from transformers import DynamicCache

from stages.generate.engines.buckets import Positions
from stages.generate.engines.engine import Prompt
from stages.generate.engines.prefix_cache import PrefixCache

# Bytes of a prefix's position: itself, and four layers of keys and values of two heads.
POSITION = 4 * (144 + 4 * 2 * 2 * 24)


class Counted:
    """The tiny model's forward pass, and the rows it was given."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self.passes: list[int] = []

    def __call__(self, **given: Any) -> Any:
        self.passes.append(len(given["inputs_embeds"]))
        return self._model(**given)


@pytest.fixture
def counted(language_model: tuple[Any, Any]) -> Counted:
    return Counted(language_model[0])


def prompt(name: str, length: int, seed: int = 0) -> Prompt:
    generator = torch.Generator().manual_seed(seed)
    return Prompt(torch.randn(length, 144, generator=generator), name, torch.zeros(1, 144))


def test_each_prefix_is_computed_once(counted: Counted) -> None:
    cache = PrefixCache(counted, 100 * POSITION, Positions())
    first = cache.layers([prompt("a", 20), prompt("b", 20, 1), prompt("a", 20)])
    again = cache.layers([prompt("b", 20, 1), prompt("a", 20)])
    assert counted.passes == [2]
    assert first["a"][0][0] is again["a"][0][0]


def test_its_keys_and_values_are_those_of_the_prefix_alone(counted: Counted) -> None:
    asked = [prompt("a", 20), prompt("b", 19, 1), prompt("c", 4, 2)]
    found = PrefixCache(counted, 100 * POSITION, Positions()).layers(asked)
    for one in asked:
        alone = DynamicCache()
        counted(inputs_embeds=one.prefix[None], past_key_values=alone, use_cache=True)
        for (keys, values), layer in zip(found[one.prefix_id], alone.layers, strict=True):
            torch.testing.assert_close(keys, layer.keys[0], rtol=1e-4, atol=1e-5)
            torch.testing.assert_close(values, layer.values[0], rtol=1e-4, atol=1e-5)


def test_another_prefix_under_a_known_id_is_computed_anew(counted: Counted) -> None:
    cache = PrefixCache(counted, 100 * POSITION, Positions())
    (one,) = cache.layers([prompt("a", 9)]).values()
    (other,) = cache.layers([prompt("a", 9, 1)]).values()
    assert not torch.equal(one[0][0], other[0][0])


def test_two_prefixes_under_one_id_at_once_are_refused(counted: Counted) -> None:
    with pytest.raises(ValueError, match="different prefixes 'a'"):
        PrefixCache(counted, 100 * POSITION, Positions()).layers(
            [prompt("a", 9), prompt("a", 9, 1)]
        )


def test_those_used_least_lately_are_forgotten_and_none_in_use(counted: Counted) -> None:
    cache = PrefixCache(counted, 20 * POSITION, Positions())
    assert set(cache.layers([prompt(name, 15, ord(name)) for name in "abc"])) == set("abc")
    cache.layers([prompt("c", 15, ord("c"))])
    assert counted.passes == [3]
    cache.layers([prompt("a", 15, ord("a"))])
    assert counted.passes == [3, 1]


def test_what_is_kept_is_counted_in_bytes(counted: Counted) -> None:
    names = "abcdefgh"
    cache = PrefixCache(counted, 31 * POSITION, Positions())
    for name in names:
        cache.layers([prompt(name, 10, ord(name))])
    kept = list(cache._entries.values())
    assert [entry.bytes for entry in kept] == [10 * POSITION] * 3
